// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stentorctl's exit status says; the same for every command, and in --help.

namespace stentor::ctl {

enum ExitStatus : int {
  kAllRight = 0,
  kFailed = 1,        // the answer is no, or something kept us from an answer: see stderr
  kWrongCommand = 2,  // the command line was not understood
};

}  // namespace stentor::ctl

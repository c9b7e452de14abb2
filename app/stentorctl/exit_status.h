// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stentorctl's exit status says; the same for every command, and in --help.

namespace stentor::ctl {

enum class ExitStatus : int {
  all_right = 0,
  failed = 1,         // the answer is no, or something kept us from an answer: see stderr
  wrong_command = 2,  // the command line was not understood
  unreachable = 3,    // no stentord answers
};

}  // namespace stentor::ctl

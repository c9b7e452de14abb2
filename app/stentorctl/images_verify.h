// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentorctl images verify`: what stentord would find at load, without a stentord.

#include <string>

#include "exit_status.h"

namespace stentor::ctl {

struct VerifyCommand {
  std::string folder;
  std::string manifest;  // empty: the one in the folder that stentord would use
};

// Bad and missing files are named on stdout, then one line of counts. `failed` when there are any,
// or no manifest. Unlisted files are counted: stentord serves them unless a manifest is required.
ExitStatus run_verify(const VerifyCommand& command);

}  // namespace stentor::ctl

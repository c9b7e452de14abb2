// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentorctl images manifest`: writes what every file that stentord would serve must be.

#include <string>

#include "exit_status.h"

namespace stentor::ctl {

struct ManifestCommand {
  std::string folder;
  std::string output;  // empty: in the folder, under the name that stentord looks for
  std::string format = "chunks";
};

// Files that cannot be served are left out, named on stderr, and make the status `failed`.
ExitStatus run_manifest(const ManifestCommand& command);

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// stentorctl leases import: another DHCP server's leases, or those that a stentord's were exported
// to, into the database that stentord starts from. While no stentord has it.

#include <string>

#include "exit_status.h"
#include "store/foreign_lease.h"

namespace stentor::ctl {

struct ImportCommand {
  store::ForeignFormat format = store::ForeignFormat::kea;
  std::string file;
  std::string config = "/etc/stentor/stentor.yaml";
};

// `failed` too if a lease that lives was left out.
ExitStatus run_import(const ImportCommand& command);

}  // namespace stentor::ctl

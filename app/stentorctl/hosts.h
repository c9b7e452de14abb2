// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentorctl hosts`: what is set for machines while a stentord runs, over what its configuration
// says of them. Its problems are no failure: what is set is kept, and counts once it can.

#include <string>

#include "appliance_link.h"

namespace stentor::ctl {

// Each `mac` is one.
struct HostChange {
  std::string mac{};
  Parameters fields{};  // as the API names them; what is empty is taken away
};

struct BootOnce {
  std::string mac{};
  std::string file{};
  bool is_for_ipxe = false;
  bool cancels = false;  // none of both
};

// `mac` empty: of every machine for which something is set.
ExitStatus show_hosts(const Asking& asking, const std::string& mac);
ExitStatus run_host_change(const Asking& asking, const HostChange& change);
ExitStatus run_boot_once(const Asking& asking, const BootOnce& once);
ExitStatus run_host_removal(const Asking& asking, const std::string& mac);

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Commands that show what a running stentord says of itself: a path of its API each, as a table or
// as JSON.

#include <string>

#include "appliance_link.h"

namespace stentor::ctl {

ExitStatus show_status(const Asking& asking);
// Those that happened; `all`: every reason that there is.
ExitStatus show_drops(const Asking& asking, bool all);
ExitStatus show_workers(const Asking& asking);
ExitStatus show_ports(const Asking& asking);
// The text of the configuration in force.
ExitStatus show_config(const Asking& asking);

// Empty: whichever. `limit`: rows at the most; 0: all.
struct LeaseQuestion {
  std::string address{};
  std::string mac{};
  std::string subnet{};
  std::string state{};
  unsigned limit = 0;
};
ExitStatus show_leases(const Asking& asking, const LeaseQuestion& question);

struct ClientQuestion {
  std::string mac{};
  std::string address{};
  std::string stage{};
  bool stuck = false;    // those alone that are
  std::string silent{};  // seconds from which one is called stuck
  unsigned limit = 0;
};
ExitStatus show_clients(const Asking& asking, const ClientQuestion& question);

struct TransferQuestion {
  std::string address{};
  unsigned limit = 0;
};
ExitStatus show_transfers(const Asking& asking, const TransferQuestion& question);

struct ImageQuestion {
  std::string prefix{};
  bool rejected = false;  // those alone that are not served
  unsigned limit = 0;
};
ExitStatus show_images(const Asking& asking, const ImageQuestion& question);

}  // namespace stentor::ctl

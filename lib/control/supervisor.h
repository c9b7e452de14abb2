// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What systemd is told (sd_notify(3)): that we serve, that we end, and again and again that all is
// well, where the unit has a watchdog. Without a service manager nothing happens. Control thread.

#include <optional>
#include <string>

#include "base/clock.h"

namespace stentor::control {

class Supervisor {
 public:
  // By the environment: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID.
  Supervisor();

  // `status`: a line for `systemctl status`.
  void ready(const std::string& status) const;
  // Until it is ready() again.
  void reloading(base::Time now) const;
  void stopping() const;
  // Each tick; while it is not well, nothing is said, and the service manager ends us in time.
  void tick(base::Time now, bool is_well);

 private:
  // A quarter of what the watchdog allows; half is the most (sd_watchdog_enabled(3)). nullopt:
  // there is none.
  std::optional<base::Duration> period_;
  base::Time next_{};
};

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#include "control/supervisor.h"

#include <systemd/sd-daemon.h>

namespace stentor::control {

Supervisor::Supervisor() {
  std::uint64_t microseconds = 0;
  // The environment stays: nobody inherits it, and a test looks twice.
  if (sd_watchdog_enabled(0, &microseconds) > 0) {
    period_ = std::chrono::microseconds{microseconds / 4};
  }
}

// Nobody can be told that it did not work.
void Supervisor::ready(const std::string& status) const {
  static_cast<void>(sd_notify(0, ("READY=1\nSTATUS=" + status).c_str()));
}

void Supervisor::reloading(base::Time now) const {
  const auto since_boot = std::chrono::floor<std::chrono::microseconds>(now.time_since_epoch());
  static_cast<void>(
      sd_notify(0, ("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(since_boot.count())).c_str()));
}

void Supervisor::stopping() const {
  static_cast<void>(sd_notify(0, "STOPPING=1\nSTATUS=stopping"));
}

void Supervisor::tick(base::Time now, bool is_well) {
  if (!period_ || !is_well || now < next_) return;
  next_ = now + *period_;
  static_cast<void>(sd_notify(0, "WATCHDOG=1"));
}

}  // namespace stentor::control

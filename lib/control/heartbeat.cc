// SPDX-License-Identifier: BSD-3-Clause
#include "control/heartbeat.h"

#include <utility>

namespace stentor::control {

Heartbeat::Change Heartbeat::tick(base::Time now) {
  const auto behind = mark_ ? hooks_.first_behind(*mark_) : std::nullopt;
  if (behind) {
    if (silent_ || now - since_ < kPatience) return Change::none;
    silent_ = behind;
    return Change::stopped;
  }
  mark_ = hooks_.mark();
  since_ = now;
  return std::exchange(silent_, std::nullopt) ? Change::back : Change::none;
}

}  // namespace stentor::control

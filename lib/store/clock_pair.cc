// SPDX-License-Identifier: BSD-3-Clause
#include "store/clock_pair.h"

#include <algorithm>

namespace stentor::store {

namespace {

// Half of what 64 bits of nanoseconds hold: sums of two of them do not overflow.
constexpr UtcSecond kFarAway =
    std::chrono::floor<std::chrono::seconds>(base::Duration::max()).count() / 2;

}  // namespace

ClockPair ClockPair::now() {
  return {base::MonotonicClock::now(),
          std::chrono::time_point_cast<base::Duration>(std::chrono::system_clock::now())};
}

UtcSecond ClockPair::second() const {
  return std::chrono::floor<std::chrono::seconds>(utc).time_since_epoch().count();
}

std::optional<UtcSecond> ClockPair::second_of(base::Time time) const {
  const std::chrono::seconds limit{kFarAway};
  if (time >= monotonic + limit) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(utc + (time - monotonic))
      .time_since_epoch()
      .count();
}

base::Time ClockPair::time_of(std::optional<UtcSecond> second) const {
  if (!second) return base::kNever;
  // Clamped before it is subtracted: a file may say any number.
  const UtcSecond ahead = std::clamp(*second, -kFarAway, 2 * kFarAway) - this->second();
  if (ahead >= kFarAway) return base::kNever;
  const base::Duration part = utc - std::chrono::floor<std::chrono::seconds>(utc);
  return monotonic + std::chrono::seconds{std::max(ahead, -kFarAway)} - part;
}

}  // namespace stentor::store

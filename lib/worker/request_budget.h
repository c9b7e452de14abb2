// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How many requests of new transfers a worker looks at while it is behind. As many as it can have
// transfers may come at once, for machines are switched on together; beyond that a rate that no
// site reaches and that costs a worker some per cent of its time. What is more is a flood, and is
// not even parsed.

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace stentor::worker {

class RequestBudget {
 public:
  static constexpr std::uint32_t kRequestsAMillisecond = 100;

  // Full: `requests_max`, or those of a millisecond if they are more.
  RequestBudget(std::uint32_t requests_max, base::Time now)
      : requests_max_(std::max(requests_max, kRequestsAMillisecond)),
        left_(requests_max_),
        refilled_(now) {}

  // Whether there is none left.
  [[nodiscard]] bool is_spent(base::Time now) {
    if (left_ == 0 || now - refilled_ >= kPeriod) refill(now);
    return left_ == 0;
  }
  // Where it is not spent.
  void take() { --left_; }

 private:
  static constexpr base::Duration kPeriod = std::chrono::milliseconds{1};

  void refill(base::Time now) {
    const auto periods = static_cast<std::uint64_t>((now - refilled_) / kPeriod);
    refilled_ += kPeriod * static_cast<std::int64_t>(periods);
    const std::uint64_t room = requests_max_ - left_;
    left_ += static_cast<std::uint32_t>(
        std::min(room, std::min<std::uint64_t>(periods, requests_max_) * kRequestsAMillisecond));
  }

  const std::uint32_t requests_max_;
  std::uint32_t left_;
  base::Time refilled_;
};

}  // namespace stentor::worker

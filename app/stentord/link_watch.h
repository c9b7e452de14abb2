// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// When a port's addresses are announced: when its link comes up (at start too), and twice more.
// Frames sent in the first moment of a link can be lost: AF_PACKET's driver keeps them until the
// next transmission, and a switch port that has just come up may drop them.

#include <array>
#include <optional>

#include "base/clock.h"

namespace stentor {

class LinkWatch {
 public:
  // After the link came up.
  static constexpr std::array<base::Duration, 3> kAnnounceAfter = {
      std::chrono::seconds{0}, std::chrono::milliseconds{100}, std::chrono::seconds{2}};

  enum class Change { none, up, down };

  // What the link is now; tells a change, and the first time what it is.
  Change observe(bool is_up, base::Time now) {
    if (is_up == is_up_) return Change::none;
    is_up_ = is_up;
    if (!is_up) return Change::down;
    up_since_ = now;
    announced_ = 0;
    return Change::up;
  }

  // True when the addresses are to be announced now.
  bool due(base::Time now) {
    if (!is_up_.value_or(false) || announced_ == kAnnounceAfter.size()) return false;
    if (now - up_since_ < kAnnounceAfter[announced_]) return false;
    ++announced_;
    return true;
  }

 private:
  std::optional<bool> is_up_;  // empty before the first look
  base::Time up_since_{};
  std::size_t announced_ = 0;
};

}  // namespace stentor

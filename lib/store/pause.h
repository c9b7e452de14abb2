// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How long a thread sleeps that looks for work by itself, because who makes the work may not wake
// it.

#include <algorithm>

#include "base/clock.h"

namespace stentor::store {

// 100 us while there was work within the last 64 looks, then doubling to 1 ms.
class Pause {
 public:
  static constexpr base::Duration kShortest = std::chrono::microseconds{100};
  static constexpr base::Duration kLongest = std::chrono::milliseconds{1};
  static constexpr unsigned kShortLooks = 64;

  void reset() {
    looks_ = 0;
    next_ = kShortest;
  }

  // After a look that found nothing.
  base::Duration next() {
    if (looks_ < kShortLooks) {
      ++looks_;
      return kShortest;
    }
    next_ = std::min(next_ * 2, kLongest);
    return next_;
  }

 private:
  unsigned looks_ = 0;
  base::Duration next_ = kShortest;
};

}  // namespace stentor::store

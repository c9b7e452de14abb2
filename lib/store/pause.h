// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How long a thread sleeps that looks for work by itself, because who makes the work may not wake
// it.

#include <algorithm>

#include "base/clock.h"

namespace stentor::store {

// 100 us while there was work within the last 64 looks, then doubling to 1 ms. With the kernel's
// own 50 us of slack, and measured on a virtual machine of two busy cores, a look each 183 us
// takes 8.6 % of a core, one each 1.17 ms takes 1.6 %: so many system calls are its price, and so
// long it takes to see the first change.
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

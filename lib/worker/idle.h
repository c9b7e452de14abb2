// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// When a worker may sleep. Lock-step clients wait one round trip a block, so a worker that sleeps
// between their ACKs makes every transfer crawl: it spins while one whose client acknowledges is
// live and for a while after the last frame, and only then sleeps, briefly. A request alone keeps
// no core awake: it may be forged.

#include "base/clock.h"
#include "config/settings.h"

namespace stentor::worker {

class IdlePolicy {
 public:
  static constexpr base::Duration kSpin = std::chrono::milliseconds{20};
  static constexpr base::Duration kSleep = std::chrono::microseconds{500};

  IdlePolicy(config::Idle mode, base::Time now) : mode_(mode), last_work_(now) {}

  // Once a loop. How long to sleep; zero: poll again at once.
  base::Duration after_loop(bool worked, bool awaits_acks, base::Time now) {
    if (worked || awaits_acks) last_work_ = now;
    if (mode_ == config::Idle::poll || now - last_work_ < kSpin) return base::Duration::zero();
    return kSleep;
  }

 private:
  config::Idle mode_;
  base::Time last_work_;
};

}  // namespace stentor::worker

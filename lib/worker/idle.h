// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// When a worker may sleep. Lock-step clients wait one round trip a block, so a worker that sleeps
// between their ACKs makes every transfer crawl: it spins while one whose client acknowledges is
// live and for a while after the last frame, and only then sleeps, briefly; longer where a frame
// that comes wakes it. A request alone keeps no core awake: it may be forged.

#include <cstdint>

#include "base/clock.h"
#include "config/settings.h"

namespace stentor::worker {

class IdlePolicy {
 public:
  static constexpr base::Duration kSpin = std::chrono::milliseconds{20};
  static constexpr base::Duration kSleep = std::chrono::microseconds{500};
  // What nobody wakes it for, and a frame whose interrupt is lost, waits as long as this.
  static constexpr std::chrono::milliseconds kWait{10};

  IdlePolicy(config::Idle mode, base::Time now) : mode_(mode), last_work_(now) {}

  // Once a loop. How long to sleep if no frame wakes it; zero: poll again at once.
  base::Duration after_loop(bool worked, bool awaits_acks, base::Time now) {
    if (worked || awaits_acks) last_work_ = now;
    if (mode_ == config::Idle::poll || now - last_work_ < kSpin) return base::Duration::zero();
    return kSleep;
  }

 private:
  config::Idle mode_;
  base::Time last_work_;
};

// What ended the sleep of a worker that frames wake.
enum class Awoken : std::uint8_t { by_frame, by_worker, by_clock };

// Whether devices that are to wake a worker do: not every driver whose calls succeed, on every
// machine. One that does not costs a few frames a sleep, and no more.
class WakeTrust {
 public:
  static constexpr unsigned kMissesMax = 3;

  // After each sleep and the loop behind it. False, once: they are not to be trusted any more.
  bool note(Awoken how, bool found_frames) {
    if (how == Awoken::by_frame) misses_ = 0;
    if (how != Awoken::by_clock || !found_frames) return true;
    return ++misses_ != kMissesMax;
  }
  [[nodiscard]] bool is_lost() const { return misses_ >= kMissesMax; }

 private:
  unsigned misses_ = 0;  // since a frame woke it
};

}  // namespace stentor::worker

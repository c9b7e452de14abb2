// SPDX-License-Identifier: BSD-3-Clause
#include "interrupt.h"

#include <cerrno>
#include <csignal>
#include <ctime>
#include <pthread.h>

namespace stentor::rig {
namespace {

sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Interrupt::Interrupt() {
  const sigset_t set = ending_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool Interrupt::wait(base::Duration time) {
  const sigset_t set = ending_signals();
  const base::Time end = base::MonotonicClock::now() + time;
  for (base::Duration left = time; !came_; left = end - base::MonotonicClock::now()) {
    if (left < base::Duration::zero()) left = base::Duration::zero();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec wait{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    if (sigtimedwait(&set, nullptr, &wait) > 0) {
      came_ = true;
    } else if (errno != EINTR) {
      break;
    }
  }
  return came_;
}

}  // namespace stentor::rig

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// DPDK's interrupt thread, on which its drivers hear of their peers and the EAL keeps the list of
// what it waits for. Control thread.

#include <functional>
#include <pthread.h>
#include <rte_alarm.h>
#include <semaphore>

namespace stentor::dpdk {

// Calls `function` there and waits for its end. Where that fails, here.
inline void on_interrupt_thread(const std::function<void()>& function) {
  struct Call {
    const std::function<void()>& function;
    std::binary_semaphore done{0};
  } call{.function = function};
  const auto run = [](void* argument) {
    auto* it = static_cast<Call*>(argument);
    it->function();
    it->done.release();
  };
  if (rte_eal_alarm_set(1, run, &call) == 0) {
    call.done.acquire();
  } else {
    function();
  }
}

// Returns once the thread has done all that is due to what was closed before. It looks through its
// sources once more then, and the handles of memif's lie in memory that rte_eal_cleanup() unmaps.
// Twice: the first call may come before that look, in the same round; the second has a round of its
// own.
inline void settle_interrupt_thread() {
  on_interrupt_thread([] {});
  on_interrupt_thread([] {});
}

// Before rte_eal_cleanup(), which unmaps memory that the thread's list may still name, a memif's
// whose peer was killed, and would leave it running. It waits in epoll_wait(2), where it can be
// ended.
inline void end_interrupt_thread() {
  const pthread_t own = ::pthread_self();
  pthread_t thread = own;
  on_interrupt_thread([&thread] { thread = ::pthread_self(); });
  if (::pthread_equal(thread, own) != 0) return;
  if (::pthread_cancel(thread) == 0) ::pthread_join(thread, nullptr);
}

}  // namespace stentor::dpdk

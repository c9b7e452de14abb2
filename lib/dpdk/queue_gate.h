// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// memif's driver unmaps the rings of a peer that leaves: on DPDK's interrupt thread, at once,
// whether or not a worker is at work on them. A gate keeps the two apart: a worker passes it for
// each call of the driver, and finds it shut while rings are unmapped. A bond's passes one, too,
// and finds it shut while a member stops or starts, which changes what is called.

#include <atomic>

namespace stentor::dpdk {

class QueueGate {
 public:
  QueueGate();
  ~QueueGate();
  QueueGate(const QueueGate&) = delete;
  QueueGate& operator=(const QueueGate&) = delete;

  // False: shut; the driver must not be called. Never waits. One thread at a time.
  [[nodiscard]] bool enter() {
    // Acquire pairs with the release in leave(): who enters sees what was done inside before.
    return !taken_.exchange(true, std::memory_order_acquire);
  }
  void leave() {
    // Release pairs with the acquire in enter().
    taken_.store(false, std::memory_order_release);
  }

 private:
  friend class ShutGates;

  std::atomic<bool> taken_ = false;
};

// While it lives no thread is inside of any gate of the process. Waits for those that are.
class ShutGates {
 public:
  ShutGates();
  ~ShutGates();
  ShutGates(const ShutGates&) = delete;
  ShutGates& operator=(const ShutGates&) = delete;
};

}  // namespace stentor::dpdk

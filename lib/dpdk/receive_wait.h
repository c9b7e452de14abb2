// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a worker with nothing to do waits on, where all of its devices can wake it: the interrupts
// of its receive queues, and an alarm for whoever else has something for it.
//
// Threads: make() before the worker runs; arm(), wait() and disarm() the worker's own; the alarm
// anybody's.

#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "base/descriptor.h"
#include "dpdk/queue_io.h"
#include "worker/idle.h"

namespace stentor::dpdk {

class ReceiveWait {
 public:
  // Of all queues of a worker, whose ports are open and stay so. nullptr: not all of them have
  // interrupts.
  static std::unique_ptr<ReceiveWait> make(std::span<Queue* const> queues);
  ~ReceiveWait();
  ReceiveWait(const ReceiveWait&) = delete;
  ReceiveWait& operator=(const ReceiveWait&) = delete;

  // From now on a frame that comes ends a wait. What has come before may not: look once more.
  // False: a device does not do it, now; none is armed.
  [[nodiscard]] bool arm();
  // Until a frame comes, the alarm is raised, or the time is over.
  worker::Awoken wait(std::chrono::milliseconds at_most);
  // As before arm().
  void disarm();

  // An eventfd(2), which ends a wait, also the next one.
  [[nodiscard]] int alarm() const { return alarm_.number(); }

 private:
  ReceiveWait() = default;
  bool listen_to(const Queue& queue);
  bool listen_to_alarm();
  void disarm_first(std::size_t count);

  base::Descriptor epoll_;
  base::Descriptor alarm_;
  std::vector<const Queue*> queues_;  // that epoll_ listens to
};

}  // namespace stentor::dpdk

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The thread of one worker: it polls, and how it rests when there is nothing to do.
//
// Threads: run() is the worker's; the rest is control's.

#include <atomic>
#include <memory>
#include <span>

#include "config/settings.h"
#include "dpdk/queue_io.h"
#include "dpdk/receive_wait.h"
#include "worker/idle.h"
#include "worker/worker.h"
#include "worker/worker_face.h"

namespace stentor {

class WorkerLoop {
 public:
  using Worker = worker::Worker<dpdk::Queue>;

  // `queues`: all of the worker's; they, it and its face outlive this.
  WorkerLoop(Worker& worker, worker::WorkerFace& face, std::span<dpdk::Queue* const> queues,
             config::Idle idle);

  // Until `is_over`.
  void run(const std::atomic<bool>& is_over);

  // Whether a frame that comes is to wake it.
  [[nodiscard]] bool is_woken() const { return wait_ != nullptr; }
  // True once: frames came, and it was not woken. It looks for them by itself from then on.
  [[nodiscard]] bool take_disappointment() {
    return is_disappointed_.exchange(false, std::memory_order_relaxed);
  }

 private:
  bool wait_for_frame();

  Worker& worker_;
  worker::WorkerFace& face_;
  const config::Idle mode_;
  std::unique_ptr<dpdk::ReceiveWait> wait_;  // nullptr: its devices do not wake it
  worker::WakeTrust trust_;
  std::atomic<bool> is_disappointed_{false};  // relaxed: it carries no data
};

}  // namespace stentor

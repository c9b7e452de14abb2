// SPDX-License-Identifier: BSD-3-Clause
#include "worker_loop.h"

#include <thread>

#include "base/clock.h"

namespace stentor {

WorkerLoop::WorkerLoop(Worker& worker, worker::WorkerFace& face,
                       std::span<dpdk::Queue* const> queues, config::Idle idle)
    : worker_(worker), face_(face), mode_(idle) {
  if (mode_ == config::Idle::adaptive) wait_ = dpdk::ReceiveWait::make(queues);
  if (wait_ != nullptr) face_.alarm = wait_->alarm();
}

void WorkerLoop::run(const std::atomic<bool>& is_over) {
  worker::IdlePolicy idle(mode_, base::MonotonicClock::now());
  bool worked = false;
  // Relaxed: the flag carries no data, and whoever sets it waits for this thread to end.
  while (!is_over.load(std::memory_order_relaxed)) {
    const base::Time now = base::MonotonicClock::now();
    worked |= worker_.poll(now);
    const base::Duration sleep = idle.after_loop(worked, worker_.awaits_acks(), now);
    worked = false;
    if (sleep == base::Duration::zero()) continue;
    if (wait_ != nullptr && !trust_.is_lost() && worker_.is_at_rest() && wait_->arm()) {
      worked = wait_for_frame();
    } else {
      worker_.park();
      std::this_thread::sleep_for(sleep);
    }
  }
  worker_.park();
}

// True if there was anything to do.
bool WorkerLoop::wait_for_frame() {
  face_.set_asleep(true);
  // What came before they were armed wakes nobody.
  bool worked = worker_.poll(base::MonotonicClock::now());
  if (!worked) {
    worker_.park();
    const base::Counter& received = worker_.counters().frames_received;
    const std::uint64_t before = received.value();
    const worker::Awoken how = wait_->wait(worker::IdlePolicy::kWait);
    worked = worker_.poll(base::MonotonicClock::now());
    if (!trust_.note(how, /*found_frames=*/received.value() != before)) {
      is_disappointed_.store(true, std::memory_order_relaxed);
    }
  }
  face_.set_asleep(false);
  wait_->disarm();
  return worked;
}

}  // namespace stentor

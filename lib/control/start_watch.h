// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Hears SIGTERM and SIGINT while the control thread is busy starting and nobody waits in
// Loop::run().
//
// A thread of its own, because what takes long at start is not all ours to interrupt: DPDK that
// faults in hugepages, a disk that does not answer.

#include <functional>
#include <memory>
#include <thread>

#include "base/error.h"

namespace stentor::control {

class StartWatch {
 public:
  // Calls `on_signal` once, on the watch's thread, with the first signal that has come or comes.
  // After Loop::make(), which blocks them.
  static base::Result<std::unique_ptr<StartWatch>> begin(std::function<void(int)> on_signal);
  // No signal is taken from here on: Loop::run() finds those that come.
  ~StartWatch();
  StartWatch(const StartWatch&) = delete;
  StartWatch& operator=(const StartWatch&) = delete;

 private:
  StartWatch(int signals, int end, std::function<void(int)> on_signal);
  void wait(const std::function<void(int)>& on_signal) const;

  const int signals_;  // signalfd(2)
  const int end_;      // eventfd(2): written by the destructor, polled by the thread
  std::thread thread_;
};

}  // namespace stentor::control

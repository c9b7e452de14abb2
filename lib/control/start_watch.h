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

#include "base/clock.h"
#include "base/error.h"

namespace stentor::control {

class StartWatch {
 public:
  // Both are called on the watch's thread, with the first signal that has come or comes.
  struct Handlers {
    std::function<void(int)> on_signal;
    // Once more, if the watch still lasts so much later; may be empty.
    std::function<void(int)> on_overdue{};
    base::Duration patience{};
  };
  // After Loop::make(), which blocks the signals.
  static base::Result<std::unique_ptr<StartWatch>> begin(Handlers handlers);
  // No signal is taken from here on: Loop::run() finds those that come.
  ~StartWatch();
  StartWatch(const StartWatch&) = delete;
  StartWatch& operator=(const StartWatch&) = delete;

 private:
  StartWatch(int signals, int end, Handlers handlers);
  void wait() const;

  const Handlers handlers_;
  const int signals_;  // signalfd(2)
  const int end_;      // eventfd(2): written by the destructor, polled by the thread
  std::thread thread_;
};

}  // namespace stentor::control

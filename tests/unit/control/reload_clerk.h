// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A control thread that decides what is asked for at a desk as a test tells it to.

#include <atomic>
#include <functional>
#include <thread>

#include "control/reload_desk.h"

namespace stentor::control {

class ReloadClerk {
 public:
  ReloadClerk(ReloadDesk& desk, std::function<ReloadOutcome(ReloadKind)> decide)
      : thread_([this, &desk, decide = std::move(decide)] {
          while (!is_over_.load()) {
            if (const auto kind = desk.take()) desk.decide(decide(*kind));
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
          }
        }) {}
  ReloadClerk(const ReloadClerk&) = delete;
  ReloadClerk& operator=(const ReloadClerk&) = delete;
  ~ReloadClerk() {
    is_over_.store(true);
    thread_.join();
  }

 private:
  std::atomic<bool> is_over_{false};  // written by the test, read by the thread
  std::thread thread_;
};

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#include "image/parallel_for.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

#include "base/signals_blocked.h"

namespace stentor::image {

void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& work) {
  if (threads == 0) threads = std::clamp(std::thread::hardware_concurrency(), 1u, kLoadThreadsMax);
  const std::size_t helpers = std::min<std::size_t>(threads, count) - (count == 0 ? 0 : 1);
  std::atomic<std::size_t> next{0};  // every thread takes from it
  const auto run = [&] {
    for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) work(i);
  };
  std::vector<std::jthread> running;  // joins at the end of the scope
  {
    const base::SignalsBlocked blocked;
    try {
      for (std::size_t i = 0; i < helpers; ++i) running.emplace_back(run);
    } catch (const std::system_error&) {
      // No more threads for this process: those that run do all of it.
    }
  }
  run();
}

}  // namespace stentor::image

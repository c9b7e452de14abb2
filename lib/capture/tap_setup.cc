// SPDX-License-Identifier: BSD-3-Clause
// The reader's side of beginning and ending.
#include "capture/tap.h"

namespace stentor::capture {

bool Tap::start(const Filter& filter) {
  // Relaxed: only this thread writes it.
  const std::uint32_t wanted = wanted_.load(std::memory_order_relaxed);
  // Acquire pairs with the release in take(): the worker has left the filter alone since.
  if (wanted % 2 == 1 || taken_.load(std::memory_order_acquire) != wanted) return false;
  if (ring_.empty()) ring_.resize(kRingBytes);
  filter_ = filter;
  drain([](const Record&, base::Bytes) { return true; });  // of a capture before
  // Release pairs with the acquire in begin_loop().
  wanted_.store(wanted + 1, std::memory_order_release);
  return true;
}

void Tap::stop() {
  // Relaxed: only this thread writes it.
  const std::uint32_t wanted = wanted_.load(std::memory_order_relaxed);
  // Release pairs with the acquire in begin_loop(), for order with start().
  if (wanted % 2 == 1) wanted_.store(wanted + 1, std::memory_order_release);
}

}  // namespace stentor::capture

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "wire/drop_reason.h"
#include "worker/transfer_homes.h"

namespace stentor::worker {

// A worker as the others see it, a bit late: what would come to nothing there, they keep.
class alignas(64) WorkerFace {
 public:
  // Why it drops requests of new transfers, while it does. Any thread.
  [[nodiscard]] std::optional<wire::DropReason> sheds() const {
    const std::uint32_t told = sheds_.load(std::memory_order_relaxed);
    if (told == kNothing) return std::nullopt;
    return static_cast<wire::DropReason>(told - 1);
  }
  // The worker. Others read it all the time: what is told already is not written.
  void tell(std::optional<wire::DropReason> sheds) {
    const std::uint32_t told = sheds ? 1 + static_cast<std::uint32_t>(*sheds) : kNothing;
    if (sheds_.load(std::memory_order_relaxed) != told) {
      sheds_.store(told, std::memory_order_relaxed);
    }
  }

  const TransferHomes* homes = nullptr;

 private:
  static constexpr std::uint32_t kNothing = 0;
  // Relaxed: it carries no data but itself. A number, and no optional of a reason, for which not
  // every compiler has instructions.
  std::atomic<std::uint32_t> sheds_ = kNothing;
};

}  // namespace stentor::worker

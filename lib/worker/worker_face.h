// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "wire/drop_reason.h"
#include "worker/proven_clients.h"
#include "worker/transfer_homes.h"

namespace stentor::worker {

// A worker as the others see it, a bit late: what would come to nothing there, they keep.
class alignas(64) WorkerFace {
 public:
  // Why it drops strangers' requests of new transfers, while it does. Any thread.
  [[nodiscard]] std::optional<wire::DropReason> sheds() const {
    const std::uint32_t told = sheds_.load(std::memory_order_relaxed) & ~kAll;
    if (told == kNothing) return std::nullopt;
    return static_cast<wire::DropReason>(told - 1);
  }
  // Whether it drops those of clients that it knows, too. Any thread.
  [[nodiscard]] bool sheds_all() const {
    return (sheds_.load(std::memory_order_relaxed) & kAll) != 0;
  }
  // The worker. Others read it all the time: what is told already is not written.
  void tell(std::optional<wire::DropReason> sheds, bool sheds_all) {
    std::uint32_t told = sheds ? 1 + static_cast<std::uint32_t>(*sheds) : kNothing;
    if (sheds_all) told |= kAll;
    if (sheds_.load(std::memory_order_relaxed) != told) {
      sheds_.store(told, std::memory_order_relaxed);
    }
  }

  // The worker, before it waits for frames of its devices alone, and after. What others handed over
  // before it said so, it has to look for then.
  void set_asleep(bool is_asleep) { is_asleep_.store(is_asleep, std::memory_order_seq_cst); }
  // Another worker, which has handed a frame over: the alarm is to be raised. Where the two just
  // miss each other the frame waits for the end of a sleep: no fence for that in every loop.
  [[nodiscard]] bool is_asleep() const { return is_asleep_.load(std::memory_order_relaxed); }

  const TransferHomes* homes = nullptr;
  const ProvenClients* proven = nullptr;
  int alarm = -1;  // an eventfd(2), set before any worker polls; -1: it never sleeps for long

 private:
  static constexpr std::uint32_t kNothing = 0;
  static constexpr std::uint32_t kAll = std::uint32_t{1} << 31;
  // Relaxed: it carries no data but itself. A number, and no optional of a reason, for which not
  // every compiler has instructions.
  std::atomic<std::uint32_t> sheds_ = kNothing;
  std::atomic<bool> is_asleep_ = false;
};

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <optional>

#include "wire/drop_reason.h"
#include "worker/transfer_homes.h"

namespace stentor::worker {

// A worker as the others see it, a bit late: what would come to nothing there, they keep.
struct alignas(64) WorkerFace {
  const TransferHomes* homes = nullptr;
  // Why it drops requests of new transfers, while it does. Relaxed: it carries no data but itself.
  std::atomic<std::optional<wire::DropReason>> sheds{};
};
static_assert(decltype(WorkerFace::sheds)::is_always_lock_free);

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What becomes of one received frame. dispatch() returns exactly one of these for each.

#include <cstddef>
#include <variant>

#include "wire/drop_reason.h"
#include "worker/snapshot.h"
#include "worker/transfer_table.h"

namespace stentor::worker {

// A whole frame stands in the caller's buffer, to be sent back on the queue of the request.
struct Replied {
  std::size_t frame_bytes = 0;
};

// Another worker of the same port owns what the frame is about.
struct HandOver {
  WorkerIndex worker = 0;
};

// A transfer may have frames to send.
struct Ready {
  TransferIndex transfer = kNoTransfer;
};

using Verdict = std::variant<wire::DropReason, Replied, HandOver, Ready>;

}  // namespace stentor::worker

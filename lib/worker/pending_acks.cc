// SPDX-License-Identifier: BSD-3-Clause
#include "worker/pending_acks.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::worker {

void PendingAcks::hold(PendingAck ack, base::Bytes frame) {
  CHECK(has_room(frame.size()));
  CHECK(size() == 0 || newest_ticket() <= ack.ticket);
  ack.frame_bytes = static_cast<std::uint16_t>(frame.size());
  acks_[tail_ % kCapacity] = ack;
  std::ranges::copy(frame, frames_[tail_ % kCapacity].begin());
  ++tail_;
}

}  // namespace stentor::worker

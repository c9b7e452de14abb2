// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a worker is made of that is not its own: queues of ports, and what all workers share.

#include <algorithm>
#include <span>
#include <vector>

#include "base/published.h"
#include "base/siphash.h"
#include "worker/hand_over.h"
#include "worker/port.h"
#include "worker/probe_board.h"
#include "worker/snapshot.h"
#include "worker/solicitation_board.h"
#include "worker/store_end.h"

namespace stentor::worker {

// What all workers of a process share.
template <PortQueue Q>
struct Shared {
  base::Published<Snapshot>& snapshots;
  HandOverMesh<typename Q::Frame>& mesh;
  ProbeBoard& probes;
  SolicitationBoard& solicitations;
  base::HashKey key;  // the process's secret, for tables that are indexed by what clients send
  std::span<const StoreEnd> stores{};  // by worker; empty: leases are in memory alone
};

// One receive and transmit queue of a port, polled by this worker.
template <PortQueue Q>
struct Attachment {
  PortIndex port = 0;
  Q* queue = nullptr;
  std::uint16_t number = 0;  // of the port's queues; announcements leave from 0
};

// Of the port queues, on their ports.
template <PortQueue Q>
std::vector<std::uint16_t> numbers_of(std::span<const Attachment<Q>> attachments) {
  std::vector<std::uint16_t> numbers(attachments.size());
  std::ranges::transform(attachments, numbers.begin(), &Attachment<Q>::number);
  return numbers;
}

}  // namespace stentor::worker

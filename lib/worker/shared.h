// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a worker is made of that is not its own: queues of ports, and what all workers share.

#include <span>

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
  bool is_first_of_port = false;  // the port's queue 0: announcements leave from it
};

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which worker a DHCP message is left to while more come than the one that receives them can look
// at: broadcasts all come to one queue of a port, whatever the device spreads by.

#include <optional>

#include "base/bytes.h"
#include "base/siphash.h"
#include "dhcp/glance.h"
#include "dhcp/server.h"
#include "wire/frame.h"
#include "worker/snapshot.h"

namespace stentor::worker {

// Of the workers that poll the frame's port; a client always has the same. nullopt: the frame is
// something else, or unusual, and stays where it is.
inline std::optional<WorkerIndex> dhcp_owner_of(base::Bytes frame, const PortSteering& steering,
                                                const base::HashKey& key) {
  const auto seen = wire::glance_at(frame);
  if (!seen || seen->destination_port != dhcp::kServerPort) return std::nullopt;
  const auto client = dhcp::glance_at_client(key, seen->payload);
  if (!client) return std::nullopt;
  return steering.workers[*client % steering.workers.size()];
}

}  // namespace stentor::worker

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

// Of the workers that poll the frame's port, of which `self` has received it: of what comes to one
// queue a client always has the same. nullopt: the frame is something else, or unusual, and stays
// where it is.
inline std::optional<WorkerIndex> dhcp_owner_of(base::Bytes frame, const PortSteering& steering,
                                                WorkerIndex self, const base::HashKey& key) {
  const auto seen = wire::glance_at(frame);
  if (!seen || seen->destination_port != dhcp::kServerPort) return std::nullopt;
  const auto client = dhcp::glance_at_client(key, seen->payload);
  if (!client) return std::nullopt;
  // Who receives has work with what it leaves to others: it keeps two shares, where they get three.
  constexpr std::uint64_t kOwn = 2;
  constexpr std::uint64_t kOthers = 3;
  const auto& workers = steering.workers;
  const std::uint64_t share = *client % (kOwn + kOthers * (workers.size() - 1));
  if (share < kOwn) return self;
  const std::size_t other = (share - kOwn) / kOthers;
  return workers[other] < self ? workers[other] : workers[other + 1];
}

}  // namespace stentor::worker

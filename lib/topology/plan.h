// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who polls what, where: a pure function from cores, ports and settings to a placement.
//
// Invariants of a placement:
//  1. Every queue of every port is attached to exactly one worker.
//  2. Every worker has an attachment, and a core that no other worker has.
//  3. The control core is no worker's, unless there is one core only.
//
// With `cores: auto` a port gets workers on its own NUMA node: as many as it has queues, and at
// most the node's cores but one (which is for control and the system). Where its node has none to
// use, any core will do. Ports of one node share workers.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "config/settings.h"
#include "topology/host.h"

namespace stentor::topology {

inline constexpr std::size_t kWorkersMax = 64;

struct PortDemand {
  std::string name;
  int node = -1;             // NUMA node of the device; -1: none in particular
  std::uint16_t queues = 1;  // as many as it can have, or was told to have
  bool every_queue =
      false;  // all of them must be polled (AF_XDP); else as many as there are workers
};

struct QueueRef {
  std::uint16_t port = 0;  // index of the demand
  std::uint16_t queue = 0;

  friend bool operator==(const QueueRef&, const QueueRef&) = default;
};

struct WorkerPlan {
  unsigned core = 0;
  int node = 0;
  std::vector<QueueRef> attachments;  // by port, then queue

  friend bool operator==(const WorkerPlan&, const WorkerPlan&) = default;
};

struct Placement {
  unsigned control_core = 0;
  std::vector<WorkerPlan> workers;  // by ascending core, or in the order of `workers.cores`

  // Queues of port `port` in this placement; numbered from 0 without gaps.
  [[nodiscard]] std::uint16_t queues_of(std::uint16_t port) const;
  // The NUMA node of the worker that polls each queue of the port, by queue.
  [[nodiscard]] std::vector<int> queue_nodes(std::uint16_t port) const;
};

// Errors: no port, a core of `workers.cores` that is not there or named twice; `list_name` is what
// the operator knows that list by.
base::Result<Placement> plan(const Host& host, const std::vector<PortDemand>& ports,
                             const config::Workers& workers,
                             std::string_view list_name = "`workers.cores`");

}  // namespace stentor::topology

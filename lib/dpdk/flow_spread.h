// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How a device spreads flows over its receive queues, by what it says of itself.

#include <cstdint>
#include <memory>

#include "wire/flow_spread.h"

namespace stentor::dpdk {

// Of a device that has started. Null: it does not spread UDP over IPv4 by addresses and ports, or
// does not say how. What it says is believed: where it does otherwise, frames come to other workers
// and cross by rings. Control thread.
std::unique_ptr<const wire::FlowSpread> read_flow_spread(std::uint16_t device);

}  // namespace stentor::dpdk

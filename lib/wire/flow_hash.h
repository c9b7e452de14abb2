// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A cheap mix of what tells clients apart, like address and port, for tables that a worker indexes
// by it. Keyed with a secret of the process, so that a sender cannot aim at one bucket.

#include <cstdint>

#include "wire/address.h"

namespace stentor::wire {

// Of any 64 bits.
std::uint64_t mixed(std::uint64_t key, std::uint64_t flow);

std::uint64_t flow_hash(std::uint64_t key, Ipv4Address address, std::uint16_t port,
                        std::uint16_t other_port = 0);

}  // namespace stentor::wire

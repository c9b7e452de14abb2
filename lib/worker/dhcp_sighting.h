// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a DHCP message and its answer tell of a client.

#include "dhcp/server.h"
#include "sighting/sighting.h"

namespace stentor::worker {

// `nothing`: its sender is not known, its answer is not due yet, or nobody boots by it.
sighting::Glimpse glimpse_of(const dhcp::Caller& caller, dhcp::NetworkIndex network,
                             const dhcp::Decision& decision);

}  // namespace stentor::worker

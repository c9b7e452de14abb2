// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Answers that wait: DISCOVERs of classes with a reply delay, and OFFERs of addresses that somebody
// else may use (DESIGN section 4). Each waits by itself, as a dhcp::Park.

#include <optional>

#include "dhcp/exchange.h"

namespace stentor::dhcp {

// The rest of the delay that the client's quirks ask for; nullopt: none, or it is over.
std::optional<Park> find_delay(const Exchange& exchange);

// `held` is held for the client, and may be offered once nobody has answered for it (RFC 2131
// section 2.2); nullopt: it may be offered now. A live lease is not asked about: whoever answers is
// the client itself, in its operating system.
std::optional<Park> find_check(const Exchange& exchange, const lease::Lease& held);

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The options that configure a client: what the policy has for it, as far as it asked.

#include "dhcp/exchange.h"

namespace stentor::dhcp {

// 61 (RFC 6842) and 97 (RFC 4578 section 2.3) as they came, and 118 where it is obeyed: the client
// drops answers without it (RFC 3011 section 2).
void echo_identifiers(ReplyWriter& writer, const Exchange& exchange);

// Header fields and options for a client with `address`, of the network of `exchange.subnet`: the
// subnet mask before all others (RFC 2132 section 3.3 wants it before routers), the boot file
// (null: none), iPXE's own, then what option 55 lists, in its order, then what is always sent.
// Without option 55 everything is sent. What does not fit is left out, the last first.
void write_configuration(ReplyWriter& writer, const Exchange& exchange, wire::Ipv4Address address,
                         const BootFile* boot);

}  // namespace stentor::dhcp

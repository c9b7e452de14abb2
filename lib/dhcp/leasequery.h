// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A relay agent asks who has an address, or which address a client has (RFC 4388): so that it can
// tell what may pass from what is forged, after it has started anew.
//
// Answered are the relay agents that the configuration lets ask, about the subnets of theirs. Of an
// active lease its client's Ethernet address, its remaining time, how long ago it was last bound or
// renewed (91) and, where it was asked for, its identifier are told; of the option 82 that it came
// with there is no record.

#include "dhcp/server.h"

namespace stentor::dhcp {

struct Request;

// `request` is a DHCPLEASEQUERY on port 67; `self` is the address that was asked.
Decision answer_leasequery(const Policy& policy, const Records& records, const OwnAddress& self,
                           const Arrival& arrival, const Request& request, base::MutableBytes out);

}  // namespace stentor::dhcp

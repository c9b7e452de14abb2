// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether a message is from the relay agent that it names, and the same of our answers to it: the
// authentication sub-option (82.8) of RFC 4030.
//
// The agent is known by giaddr (section 6); the Relay Identifier, which is for agents that leave
// giaddr zero, is hashed with the rest and says nothing. Algorithm 1 (HMAC-SHA1) and replay
// detection method 1 are all that the RFC has.

#include "base/bytes.h"
#include "dhcp/policy.h"
#include "dhcp/request.h"
#include "wire/drop_reason.h"

namespace stentor::dhcp {

// By which key `message`, of which `request` was read, is authentic; null: nobody asks it to be.
// Refused is what says nothing of the kind, or the wrong thing (dhcp_relay_not_authentic), and what
// was heard before (dhcp_relay_replayed). `is_resumed`: it was heard before, by this function.
wire::Parsed<const RelayKey*> authenticate(const Policy& policy, const Request& request,
                                           base::Bytes message, bool is_resumed);

// Writes our own sub-option 8 over the one that `reply` echoes, by the key that the message came
// with (section 11.2).
void seal(const Policy& policy, const RelayKey& key, base::MutableBytes reply);

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The messages that concern a lease (RFC 2131 section 4.3), on port 67 in server mode.

#include "dhcp/exchange.h"

namespace stentor::dhcp {

// `exchange.subnet` is set, but in answer_without_subnet(). `owner` is who sent the message.
Decision answer_discover(const Exchange& exchange, const lease::Owner& owner);
Decision answer_request(const Exchange& exchange, const lease::Owner& owner);
Decision answer_decline(const Exchange& exchange, const lease::Owner& owner);
Decision answer_release(const Exchange& exchange, const lease::Owner& owner);
Decision answer_inform(const Exchange& exchange);
// Where no subnet is configured, or is any more.
Decision answer_without_subnet(const Exchange& exchange);
// BOOTP (RFC 951, 1542, 1534): an address for good, in one answer.
Decision answer_bootp(const Exchange& exchange, const lease::Owner& owner);

}  // namespace stentor::dhcp

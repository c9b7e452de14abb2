// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Boot information without an address (PXE 2.1, sections 2.2.2 and 2.4): ProxyDHCP beside somebody
// else's DHCP server, and the boot server's port 4011. Never a lease, never a NAK.

#include "dhcp/exchange.h"

namespace stentor::dhcp {

// A message on port 67 in proxy mode: a PXE client's DISCOVER gets an OFFER without an address.
Decision answer_proxy(const Exchange& exchange);

// A message on port 4011, in proxy and in server mode: a PXE client's REQUEST or INFORM gets an
// ACK from port 4011.
Decision answer_pxe_port(const Exchange& exchange);

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What tells a boot ROM that an answer is for it; and boot information without an address (PXE 2.1,
// sections 2.2.2 and 2.4): ProxyDHCP beside somebody else's DHCP server, and the boot server's port
// 4011. Never a lease, never a NAK.

#include "dhcp/exchange.h"

namespace stentor::dhcp {

// Options 60 and 43, which go with `file`. For UEFI's HTTP boot 60 is "HTTPClient", but only with a
// URL. For a PXE client they are as its quirks have them, `usual` if those say nothing: "PXEClient"
// (or the class that it has in its place) promises what follows it, sub-options of 43 or an answer
// on port 4011. Others get neither. A menu is itself what 43 says.
void write_boot_class(ReplyWriter& writer, const Exchange& exchange, const BootFile& file,
                      config::PxeReply usual);

// A message on port 67 in proxy mode: a PXE client's DISCOVER gets an OFFER without an address.
Decision answer_proxy(const Exchange& exchange);

// A message on port 4011, in proxy and in server mode: a PXE client's REQUEST or INFORM gets an
// ACK from port 4011.
Decision answer_pxe_port(const Exchange& exchange);

}  // namespace stentor::dhcp

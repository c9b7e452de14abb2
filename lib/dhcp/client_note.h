// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What TFTP is told of a client whose message is answered.

#include "dhcp/exchange.h"

namespace stentor::dhcp {

// What TFTP will know when the client asks for `file`, one of ours. `granted` is the address that
// it gets from us; zero: none.
Fetcher fetcher_of(const Exchange& exchange, const BootFile& file, wire::Ipv4Address granted);

// What the client is told to boot is `file`, null if nothing. To be called before the ACK leaves,
// which may bring the client to another worker. False: another worker is writing it
// (lease/client_store.h), and the client must ask again.
[[nodiscard]] bool note_lease(const Exchange& exchange, const lease::Owner& owner,
                              wire::Ipv4Address address, const BootFile* file);
// For a client that asks a boot server with the address `ciaddr`, whoever gave it that.
[[nodiscard]] bool note_boot_server(const Exchange& exchange, const BootFile* file);
// For a client that has its address from elsewhere. Only of clients on our own link: a router's
// frames do not say whose they are.
[[nodiscard]] bool note_unleased(const Exchange& exchange, const BootFile* file);

}  // namespace stentor::dhcp

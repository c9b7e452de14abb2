// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Everything that is known about one message while it is being answered. Lives on the stack of
// answer(); the parts of the server hand it to each other.

#include <optional>

#include "dhcp/policy.h"
#include "dhcp/relay_information.h"
#include "dhcp/reply_writer.h"
#include "dhcp/request.h"
#include "dhcp/server.h"

namespace stentor::dhcp {

struct Journal;

struct Exchange {
  const Policy& policy;
  lease::Table& leases;
  BootFilesView files;
  const Arrival& arrival;
  const Request& request;
  const OwnAddress& self;          // the address that was asked: source, and where boot files are
  const Subnet* subnet;            // where the client is; null: none is configured there
  const Reservation* reservation;  // null: none
  const Subject& subject;          // what the matches of the configuration are about, with classes
  Quirks quirks{};
  lease::ClientStore* clients;  // null: nobody needs to know more of clients than their address
  Journal* journal = nullptr;   // null: leases are in memory alone
  base::MutableBytes out;
  RelayInformation relay{};  // as far as it counts
  bool has_board = false;    // addresses may be reserved that the policy does not know of
  wire::Ipv4Address server_identifier{};  // ours, or the one that a relay gives us (RFC 5107)
};

// What the client's leases are kept under, where there is a subnet.
wire::Parsed<lease::Owner> find_owner(const Exchange& exchange);

// Ends the reply and addresses it (DESIGN section 3, "Addressing"; RFC 2131 section 4.1): to the
// relay, else to `ciaddr`, else to `yiaddr` without ARP, else to everybody. An address that is zero
// does not count: of a NAK both are.
Decision send(const Exchange& exchange, ReplyWriter& writer, wire::Ipv4Address ciaddr,
              wire::Ipv4Address yiaddr);

// The same for a reply on port 4011, which no relay forwards: back to where the request is from.
Decision send_to_pxe_port(const Exchange& exchange, ReplyWriter& writer);

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/journal.h"

#include "dhcp/fqdn.h"
#include "dhcp/relay_information.h"

namespace stentor::dhcp {

void note_change(const Exchange& exchange, const lease::Owner& owner, const lease::Lease& lease) {
  if (exchange.journal == nullptr) return;
  exchange.journal->has_change = true;
  lease::LeaseChange& change = exchange.journal->change;
  change.address = lease.address;
  change.version = lease.version;
  change.expiry = lease.expiry;
  change.state = lease.state;
  change.owner = owner;
  const Header& header = *exchange.request.header;
  const Options& options = exchange.request.options;
  change.htype = header.htype;
  change.hardware.assign(base::Bytes(header.chaddr).first(header.hlen));
  change.client_id.assign(options.client_identifier);
  lease::assign_hostname(change, options.hostname.empty() ? fqdn_text(options) : options.hostname);
  const base::Bytes relay = options.relay_agent;
  change.circuit_id.assign(find_sub_option(relay, sub_option::kCircuitId).value_or(base::Bytes{}));
  change.remote_id.assign(find_sub_option(relay, sub_option::kRemoteId).value_or(base::Bytes{}));
}

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What must fit together across sections. Runs after every section has been read, whatever was
// wrong in them, and looks only at values that were right by themselves.

#include "config/draft.h"
#include "config/report.h"

namespace stentor::config {

// Names and devices of ports; VLANs, addresses and prefixes of networks.
//
// Two networks may share one prefix only if they are on different ports: two cables into one
// segment, each with its own address. Prefixes that overlap and differ are always an error: a
// client in both would have two masks.
void check_ports(const Draft& draft, Report& report);

// Subnets, pools and reservations against each other and against our own addresses and gateways;
// relays and networks against subnets.
void check_dhcp(const Draft& draft, Report& report);

// The parts of check_dhcp() that look at one subnet's addresses, and at all of them together.
void check_addresses(const Draft& draft, Report& report);

// dhcp.shared-networks against the subnets, and what the subnets of one must have in common.
void check_shared_networks(const Draft& draft, Report& report);

// What reservations know machines by: each name is one machine's in a network.
void check_hosts(const Draft& draft, Report& report);

// Hosts of files against the same, and each other; `reports` by file of the table.
void check_host_files(const Draft& draft, const HostTable& table, std::vector<Report>& reports);

// Whether a client of one may have an address of the other.
bool share_network(const SubnetDraft& a, const SubnetDraft& b);
// What nobody gets of a pool, its own and its subnet's.
std::vector<AddressRange> exclusions_of(const SubnetDraft& subnet, const PoolDraft& pool);

// Reports it unless dhcp.subnets has this subnet.
bool check_is_known(const Draft& draft, const RelaySubnetDraft& named, Report& report);
const SubnetDraft* find_subnet(const Draft& draft, const wire::Ipv4Prefix& prefix);

std::string prefix_text(const wire::Ipv4Prefix& prefix);
bool prefixes_overlap(const wire::Ipv4Prefix& a, const wire::Ipv4Prefix& b);
bool same_network(const wire::Ipv4Prefix& a, const wire::Ipv4Prefix& b);

}  // namespace stentor::config

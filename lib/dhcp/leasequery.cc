// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/leasequery.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dhcp/relay_information.h"
#include "dhcp/reply_writer.h"
#include "dhcp/request.h"

namespace stentor::dhcp {

namespace {

using lease::Lease;
using wire::DropReason;
using wire::Ipv4Address;

// Further addresses of one client that a single option 92 holds.
constexpr std::size_t kAssociatedMax = 16;

// What is known about the question: nothing, a free address, or a lease.
struct Finding {
  MessageType type = MessageType::leaseunknown;
  Ipv4Address address;
  std::uint32_t seconds = 0;              // that the lease still lasts
  std::uint32_t seconds_since = 0;        // its client last had an ACK
  std::optional<wire::MacAddress> mac{};  // its client's, where the question does not say it
  std::array<Ipv4Address, kAssociatedMax> others{};  // of the same client
  std::size_t other_count = 0;
};

std::uint32_t seconds_left(const Lease& lease, base::Time now) {
  constexpr std::uint32_t kForEver = 0xffffffff;  // RFC 2131 section 3.3
  if (lease.expiry >= base::kNever) return kForEver;
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(lease.expiry - now).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(left, 1, kForEver - 1));
}

// Section 6.1, client-last-transaction-time. Another worker's clock may be a moment ahead.
std::uint32_t seconds_since(base::Time before, base::Time now) {
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(now - before).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(since, 0, 0xffffffff));
}

// Section 6.4.1 to 6.4.3, by IP address.
wire::Parsed<Finding> find_by_address(const Policy& policy, const Records& records,
                                      const Relay& relay, Ipv4Address address, base::Time now) {
  Finding finding{.address = address};
  if (!policy.find_link(relay, address) || !policy.plan().slot_of(address)) return finding;
  finding.type = MessageType::leaseunassigned;
  const auto lease = records.leases.at(address);
  if (!lease || !lease->is_bound_at(now)) return finding;
  if (records.clients != nullptr) {
    const auto known = records.clients->find_lease(records.leases, address);
    if (!known) return wire::drop(DropReason::client_busy);
    if (*known) finding.mac = (*known)->mac;
  }
  finding.type = MessageType::leaseactive;
  finding.seconds = seconds_left(*lease, now);
  finding.seconds_since = seconds_since(records.leases.last_bind(address), now);
  return finding;
}

// A machine with several addresses has its lease under one of them.
Identity identity_in(const Policy& policy, SubnetIndex subnet, const Identity& identity) {
  if (identity.kind != kHtypeEthernet || identity.bytes.size() != kEthernetHlen) return identity;
  wire::MacAddress mac;
  std::ranges::copy(identity.bytes, mac.bytes.begin());
  const Reservation* host = policy.find_reservation(subnet, mac);
  if (host == nullptr || !host->owner) return identity;
  return {kHtypeEthernet, host->owner->bytes};
}

// By client: the lease of its last transaction, and of several in one second that which lasts
// longest (section 6.4.1).
Finding find_by_client(const Policy& policy, const Records& records, const Relay& relay,
                       const Identity& identity, base::Time now) {
  Finding finding;
  std::pair<base::Time, base::Time> latest{};  // when it was bound, when it ends
  const auto look_in = [&](SubnetIndex index) {
    const Identity known = identity_in(policy, index, identity);
    const auto lease = records.leases.find(lease::owner_of(
        policy.owner_key(), policy.subnet(index).owner_network, known.kind, known.bytes));
    if (!lease || !lease->is_bound_at(now) || lease->address == finding.address) return;
    Ipv4Address other = lease->address;
    const base::Time bound = records.leases.last_bind(lease->address);
    if (const std::pair times{bound, lease->expiry}; times > latest) {
      latest = times;
      std::swap(other, finding.address);
      finding.type = MessageType::leaseactive;
      finding.seconds = seconds_left(*lease, now);
      finding.seconds_since = seconds_since(bound, now);
    }
    if (!other.is_zero() && finding.other_count < kAssociatedMax) {
      finding.others[finding.other_count++] = other;
    }
  };
  if (relay.subnet) look_in(*relay.subnet);
  for (const SubnetIndex link : policy.links_of(relay)) look_in(link);
  return finding;
}

// Section 6.1: one question at a time.
wire::Parsed<Finding> find(const Policy& policy, const Records& records, const Relay& relay,
                           const Request& request, base::Time now) {
  const auto hardware = request.hardware_identity();
  const base::Bytes identifier = request.options.client_identifier;
  const bool by_address = !request.ciaddr().is_zero();
  if (int{by_address} + int{hardware.has_value()} + int{!identifier.empty()} != 1) {
    return wire::drop(DropReason::dhcp_malformed);
  }
  if (by_address) return find_by_address(policy, records, relay, request.ciaddr(), now);
  const Identity identity =
      hardware ? *hardware : Identity{Identity::kClientIdentifier, identifier};
  return find_by_client(policy, records, relay, identity, now);
}

void write_finding(ReplyWriter& writer, const Finding& finding, const Request& request) {
  Header& reply = writer.header();
  reply.ciaddr = base::Be32{finding.address.host()};
  if (finding.type != MessageType::leaseactive) return;
  if (finding.mac) {
    reply.htype = kHtypeEthernet;
    reply.hlen = kEthernetHlen;
    std::ranges::copy(finding.mac->bytes, reply.chaddr.begin());
  }
  writer.require_seconds(option::kLeaseTime, finding.seconds);
  writer.require_seconds(option::kClientLastTransactionTime, finding.seconds_since);
  const base::Bytes identifier = request.options.client_identifier;
  if (!identifier.empty()) writer.require(option::kClientIdentifier, identifier);
  if (finding.other_count == 0) return;
  std::array<std::uint8_t, 4 * kAssociatedMax> others;
  for (std::size_t i = 0; i < finding.other_count; ++i) {
    base::store_big_endian(others.data() + 4 * i, finding.others[i].host());
  }
  writer.require(option::kAssociatedAddresses, base::Bytes(others).first(4 * finding.other_count));
}

}  // namespace

Decision answer_leasequery(const Policy& policy, const Records& records, const OwnAddress& self,
                           const Arrival& arrival, const Request& request, base::MutableBytes out) {
  // Section 6.3: the answer goes to giaddr, and to nobody without one.
  const auto relay = policy.find_relay(request.giaddr());
  if (!relay) return DropReason::dhcp_relay_untrusted;
  if (!relay->may_query) return DropReason::dhcp_leasequery_refused;
  const auto said = parse_relay_information(request.options.relay_agent);
  if (!said) return said.error();
  const auto finding = find(policy, records, *relay, request, arrival.now);
  if (!finding) return finding.error();

  ReplyWriter writer(request, finding->type, out);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  writer.require(option::kServerIdentifier, said->server_identifier.value_or(self.address));
  write_finding(writer, *finding, request);
  const auto bytes = writer.finish();
  if (!bytes) return DropReason::dhcp_reply_too_long;
  return Reply{.payload_bytes = *bytes,
               .destination_mac = arrival.source_mac,
               .source = self.address,
               .destination = request.giaddr(),
               .source_port = kServerPort,
               .destination_port = said->answer_port(arrival.source_port)};
}

}  // namespace stentor::dhcp

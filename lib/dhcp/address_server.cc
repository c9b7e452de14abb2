// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/address_server.h"

#include <algorithm>

#include "dhcp/boot.h"
#include "dhcp/client_note.h"
#include "dhcp/configuration.h"
#include "dhcp/journal.h"
#include "dhcp/park.h"

namespace stentor::dhcp {

namespace {

using lease::Lease;
using lease::Owner;
using wire::DropReason;
using wire::Ipv4Address;

// Firmware gets a short lease whatever it asks for; others what they ask for, within limits.
std::uint32_t lease_seconds(const Exchange& exchange) {
  const LeaseSeconds& times = exchange.policy.lease_seconds();
  if (exchange.request.is_firmware) return times.firmware;
  const auto asked = exchange.request.options.lease_seconds;
  return asked ? std::clamp(*asked, times.min, times.max) : times.standard;
}

// Some clients take no shorter lease, and would keep the address for longer than it is theirs.
// Where leases are short anyway, the last quarter of one.
constexpr std::int64_t kPromisedSecondsMin = 30;

struct Promised {
  Ipv4Address address;
  std::uint32_t seconds = 0;  // at most what the client would get
  base::Time expiry;
};

// What the client has on disk, for the time in which nothing reaches it (DESIGN section 5).
std::optional<Promised> find_promised(const Exchange& exchange, const Owner& owner) {
  const base::Time now = exchange.arrival.now;
  const auto lease = exchange.leases.find(owner);
  if (!lease || !lease->is_bound_at(now)) return std::nullopt;
  const base::Time expiry = exchange.leases.promised_until(lease->address);
  const std::int64_t left = (expiry - now) / std::chrono::seconds{1};
  const std::int64_t wanted = lease_seconds(exchange);
  if (left < std::max<std::int64_t>(1, std::min(kPromisedSecondsMin, wanted / 4))) {
    return std::nullopt;
  }
  return Promised{lease->address, static_cast<std::uint32_t>(std::min(left, wanted)), expiry};
}

// A machine that is known by what it does not say each time keeps what it has been given.
bool is_allowed(const Exchange& exchange, const Owner& owner, Ipv4Address address) {
  const Policy& policy = exchange.policy;
  const Reservation* reservation = exchange.reservation;
  if (reservation != nullptr && reservation->address == address) return true;
  // It may be reserved for another since it was given (HostBoard).
  if (policy.allows(*exchange.subnet, exchange.subject.classes, address) &&
      (!exchange.has_board || !exchange.leases.is_reserved(address))) {
    return true;
  }
  return policy.is_reserved_by_name(address) && exchange.leases.is_owner(address, owner);
}

// OFFER, and ACK of a REQUEST (RFC 2131 tables 3 and 5). T1 and T2 go out in both: some printers
// want them in the OFFER already.
Decision send_lease(const Exchange& exchange, MessageType type, Ipv4Address address,
                    std::uint32_t seconds, const BootFile* boot, bool is_rapid = false) {
  ReplyWriter writer(exchange.request, type, exchange.out, exchange.quirks);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  writer.header().yiaddr = base::Be32{address.host()};
  writer.require(option::kServerIdentifier, exchange.server_identifier);
  writer.require_seconds(option::kLeaseTime, seconds);
  writer.require_seconds(option::kRenewalTime, seconds / 2);
  writer.require_seconds(option::kRebindingTime, seconds - seconds / 8);
  echo_identifiers(writer, exchange);
  if (is_rapid) writer.require(option::kRapidCommit, base::Bytes{});
  write_configuration(writer, exchange, address, boot);

  // `ciaddr` of a DISCOVER means nothing, and one that is not the address granted gets no frame.
  const bool has_it = type == MessageType::ack && exchange.request.ciaddr() == address;
  if (has_it) writer.header().ciaddr = exchange.request.header->ciaddr;
  return send(exchange, writer, has_it ? address : Ipv4Address{}, address);
}

// RFC 2563 section 2.3: who asks is told not to make an address up, where we have none for it.
Decision send_no_address(const Exchange& exchange) {
  constexpr std::uint8_t kDoNotAutoConfigure = 0;
  ReplyWriter writer(exchange.request, MessageType::offer, exchange.out, exchange.quirks);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  writer.require(option::kServerIdentifier, exchange.server_identifier);
  writer.require(option::kAutoConfigure, base::Bytes{&kDoNotAutoConfigure, 1});
  echo_identifiers(writer, exchange);
  return send(exchange, writer, {}, {});
}

// `client`: where it is told; zero: everybody on the link, or its relay agent, is.
Decision send_nak(const Exchange& exchange, Ipv4Address client = {}) {
  ReplyWriter writer(exchange.request, MessageType::nak, exchange.out, exchange.quirks);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  // RFC 2131 section 4.3.2: so that the relay broadcasts it to a client without an address.
  if (!exchange.request.giaddr().is_zero()) {
    writer.header().flags =
        base::Be16{static_cast<std::uint16_t>(writer.header().flags.host() | kBroadcastFlag)};
  }
  writer.require(option::kServerIdentifier, exchange.server_identifier);
  echo_identifiers(writer, exchange);
  return send(exchange, writer, client, {});
}

// The reserved address if nobody else holds it, else one of the subnet's pools.
lease::Outcome<Lease> hold_address(const Exchange& exchange, const Owner& owner) {
  lease::Table& leases = exchange.leases;
  Policy::PoolRoom room;
  const auto pools = exchange.policy.pools_for(*exchange.subnet, exchange.subject.classes, room);
  const base::Time now = exchange.arrival.now;
  const base::Duration hold = exchange.policy.offer_hold();
  if (exchange.reservation != nullptr && exchange.reservation->address) {
    auto held = leases.offer_reserved(owner, *exchange.reservation->address, now, hold);
    if (held) return held;
  }
  auto wanted = exchange.request.options.requested_address;
  if (wanted && !is_allowed(exchange, owner, *wanted)) wanted.reset();
  const auto held = leases.offer(owner, pools, wanted, now, hold);
  if (!held || is_allowed(exchange, owner, held->address)) return held;
  // A live lease from before a reload, of an address that the client may hold no longer.
  static_cast<void>(leases.release(owner, held->address, now));
  const auto again = leases.offer(owner, pools, wanted, now, hold);
  if (again && !is_allowed(exchange, owner, again->address)) {
    return tl::unexpected(lease::Refusal::exhausted);
  }
  return again;
}

bool has_pool(const Exchange& exchange) {
  if (!exchange.subnet->has_class_pools) return true;
  Policy::PoolRoom room;
  return !exchange.policy.pools_for(*exchange.subnet, exchange.subject.classes, room).empty();
}

bool is_held(const std::optional<Lease>& lease, base::Time now) {
  return lease && lease->state != lease::State::free && lease->expiry > now;
}

// A client that starts up with another address than its reservation's, while that one is to be had:
// it should ask anew. One that is running keeps what it has.
bool should_move(const Exchange& exchange, Ipv4Address address) {
  if (exchange.reservation == nullptr || !exchange.reservation->address) return false;
  const Ipv4Address reserved = *exchange.reservation->address;
  return reserved != address && !is_held(exchange.leases.at(reserved), exchange.arrival.now);
}

// Whether we may speak about `address` to a client that does not name us (RFC 2131 section 4.3.2:
// without a record of the client the server remains silent). An offer that came to nothing, or a
// lease of long ago, is no record that would entitle us to refuse what another server gave.
bool has_record(const Exchange& exchange, const Owner& owner, Ipv4Address address) {
  if (exchange.reservation != nullptr && exchange.reservation->address == address) return true;
  const auto record = exchange.leases.find(owner);
  if (!record) return false;
  if (record->address == address) return true;
  return record->is_bound_at(exchange.arrival.now);
}

// The address that a REQUEST is about; zero if there is none.
Ipv4Address address_asked(const Request& request) {
  const Ipv4Address requested = request.options.requested_address.value_or(Ipv4Address{});
  const bool selecting = request.options.server_identifier.has_value();
  if (selecting && !requested.is_zero()) return requested;
  return request.ciaddr().is_zero() ? requested : request.ciaddr();
}

// Of an address that somebody else answers for: whether the client may be given another one now.
bool set_aside(const Exchange& exchange, const Owner& owner, Ipv4Address address) {
  const auto declined =
      exchange.leases.decline(owner, address, exchange.arrival.now, exchange.policy.decline_hold());
  if (declined) note_change(exchange, owner, *declined);
  // Whoever is its owner no more, has another one.
  return declined || declined.error() != lease::Refusal::quarantine_full;
}

bool names_us(const Exchange& exchange) {
  const auto named = exchange.request.options.server_identifier;
  return named &&
         (named == exchange.server_identifier || exchange.policy.find_own(*named) != nullptr);
}

Decision refuse(const Exchange& exchange, const Owner& owner, Ipv4Address address) {
  if (exchange.leases.is_owner(address, owner)) {
    const auto released = exchange.leases.release(owner, address, exchange.arrival.now);
    if (released) note_change(exchange, owner, *released);
  }
  return send_nak(exchange);
}

// A lease of a subnet that a reload took out of the configuration ends at its client's next
// REQUEST. Under what it was kept is not known any more, but the record says that we have given it.
// Nothing if there is none.
std::optional<Decision> refuse_uncovered(const Exchange& exchange, Ipv4Address address) {
  if (exchange.policy.find_subnet(address) || is_store_failing(exchange)) return std::nullopt;
  const auto lease = exchange.leases.at(address);
  const auto owner = exchange.leases.owner_at(address);
  if (!lease || !owner || !lease->is_bound_at(exchange.arrival.now)) return std::nullopt;
  const auto released = exchange.leases.release(*owner, address, exchange.arrival.now);
  if (released) note_change(exchange, *owner, *released);
  // Who renews from behind a router would not hear a broadcast.
  const Arrival& arrival = exchange.arrival;
  const bool is_on_link = arrival.source.is_zero() ||
                          exchange.policy.network(arrival.network).prefix.contains(arrival.source);
  return send_nak(exchange, is_on_link ? Ipv4Address{} : exchange.request.ciaddr());
}

// OFFER and ACK while the store fails: nothing changes hands, and nothing is bound.
Decision send_promised(const Exchange& exchange, MessageType type, const Owner& owner,
                       const Promised& promised) {
  const BootChoice boot(exchange, promised.address);
  if (type == MessageType::ack && !note_lease(exchange, owner, promised.address, boot.file())) {
    return DropReason::client_busy;
  }
  return send_lease(exchange, type, promised.address, promised.seconds, boot.file());
}

// The ACK of a REQUEST; `is_rapid`: of a DISCOVER (RFC 4039), which is never refused.
Decision grant(const Exchange& exchange, const Owner& owner, Ipv4Address address, bool is_rapid) {
  const base::Time now = exchange.arrival.now;
  const std::uint32_t seconds = lease_seconds(exchange);
  const auto bound = exchange.leases.bind(owner, address, now, now + std::chrono::seconds(seconds));
  if (!bound) return is_rapid ? Decision{DropReason::dhcp_pool_exhausted} : send_nak(exchange);
  note_change(exchange, owner, *bound);
  const BootChoice boot(exchange, address);
  if (!note_lease(exchange, owner, address, boot.file())) return DropReason::client_busy;
  return send_lease(exchange, MessageType::ack, address, seconds, boot.file(), is_rapid);
}

// RFC 951 section 7.3: a client that wants a certain server names it.
bool wants_another_server(const Exchange& exchange) {
  const std::string_view field = base::as_text(exchange.request.header->sname);
  const std::string_view name = field.substr(0, field.find('\0'));
  if (name.empty()) return false;
  const auto address = Ipv4Address::parse(name);
  return !address || exchange.policy.find_own(*address) == nullptr;
}

// Holds the address for good: whoever has no lease time never renews.
wire::Parsed<Ipv4Address> bind_for_good(const Exchange& exchange, const Owner& owner) {
  if (is_store_failing(exchange)) {
    const auto promised = find_promised(exchange, owner);
    if (promised && promised->expiry == base::kNever) return promised->address;
    return wire::drop(DropReason::dhcp_store_failing);
  }
  const base::Time now = exchange.arrival.now;
  const auto held = hold_address(exchange, owner);
  if (!held) return wire::drop(DropReason::dhcp_pool_exhausted);
  const bool is_reserved =
      exchange.reservation != nullptr && exchange.reservation->address == held->address;
  if (!is_reserved && !exchange.policy.bootp_dynamic()) {
    exchange.leases.withdraw_offer(owner, now);
    return wire::drop(DropReason::dhcp_pool_exhausted);
  }
  const auto bound = exchange.leases.bind(owner, held->address, now, base::kNever);
  if (!bound) return wire::drop(DropReason::dhcp_pool_exhausted);
  note_change(exchange, owner, *bound);
  return held->address;
}

}  // namespace

Decision answer_discover(const Exchange& exchange, const Owner& owner) {
  const Options& options = exchange.request.options;
  // Nobody is offered what could not be granted: another server may.
  if (is_store_failing(exchange)) {
    const auto promised = find_promised(exchange, owner);
    if (!promised || !is_allowed(exchange, owner, promised->address)) {
      return DropReason::dhcp_store_failing;
    }
    return send_promised(exchange, MessageType::offer, owner, *promised);
  }
  const Resumed* resumed = exchange.arrival.resumed;
  const bool is_in_use = resumed != nullptr && resumed->is_in_use;
  if (is_in_use && !set_aside(exchange, owner, *resumed->probed)) {
    return DropReason::dhcp_quarantine_full;
  }
  const auto held = hold_address(exchange, owner);
  if (!held && options.asks_auto_configure) return send_no_address(exchange);
  if (!held) {
    if (is_in_use) return DropReason::dhcp_address_in_use;
    return has_pool(exchange) ? DropReason::dhcp_pool_exhausted : DropReason::dhcp_no_pool;
  }
  if (const auto check = find_check(exchange, *held)) return *check;
  if (options.rapid_commit && exchange.policy.rapid_commit()) {
    return grant(exchange, owner, held->address, true);
  }
  const BootChoice boot(exchange, held->address);
  return send_lease(exchange, MessageType::offer, held->address, lease_seconds(exchange),
                    boot.file());
}

Decision answer_request(const Exchange& exchange, const Owner& owner) {
  const Request& request = exchange.request;
  const base::Time now = exchange.arrival.now;
  const bool selecting = request.options.server_identifier.has_value();
  if (selecting && !names_us(exchange)) {
    exchange.leases.withdraw_offer(owner, now);
    return DropReason::dhcp_other_server;
  }
  const Ipv4Address address = address_asked(request);
  if (address.is_zero()) return DropReason::dhcp_malformed;

  if (!selecting && !exchange.subnet->authoritative && !has_record(exchange, owner, address)) {
    return refuse_uncovered(exchange, address).value_or(DropReason::dhcp_unknown_client);
  }
  if (is_store_failing(exchange)) {
    const auto promised = find_promised(exchange, owner);
    if (!promised || promised->address != address || !is_allowed(exchange, owner, address)) {
      return DropReason::dhcp_store_failing;
    }
    return send_promised(exchange, MessageType::ack, owner, *promised);
  }
  const bool starting = !selecting && request.ciaddr().is_zero();
  if (!is_allowed(exchange, owner, address) || (starting && should_move(exchange, address))) {
    return refuse(exchange, owner, address);
  }
  return grant(exchange, owner, address, false);
}

Decision answer_without_subnet(const Exchange& exchange) {
  const Request& request = exchange.request;
  const bool is_selecting = request.options.server_identifier.has_value();
  if (request.options.type != MessageType::request || is_selecting) {
    return DropReason::dhcp_no_subnet;
  }
  return refuse_uncovered(exchange, address_asked(request)).value_or(DropReason::dhcp_no_subnet);
}

Decision answer_decline(const Exchange& exchange, const Owner& owner) {
  const auto address = exchange.request.options.requested_address;
  if (!address) return DropReason::dhcp_malformed;
  if (!names_us(exchange)) return DropReason::dhcp_release_ignored;
  const auto declined = exchange.leases.decline(owner, *address, exchange.arrival.now,
                                                exchange.policy.decline_hold());
  if (declined) {
    note_change(exchange, owner, *declined);
    return DropReason::dhcp_declined;
  }
  return declined.error() == lease::Refusal::quarantine_full ? DropReason::dhcp_quarantine_full
                                                             : DropReason::dhcp_release_ignored;
}

// RFC 2131 table 5 has a RELEASE name its server. systemd-networkd's does not: there it is the one
// that it was sent to.
bool releases_to_us(const Exchange& exchange) {
  if (exchange.request.options.server_identifier) return names_us(exchange);
  return exchange.policy.find_own(exchange.arrival.destination) != nullptr;
}

Decision answer_release(const Exchange& exchange, const Owner& owner) {
  const Ipv4Address address = exchange.request.ciaddr();
  if (address.is_zero()) return DropReason::dhcp_malformed;
  if (!releases_to_us(exchange)) return DropReason::dhcp_release_ignored;
  const auto released = exchange.leases.release(owner, address, exchange.arrival.now);
  if (!released) return DropReason::dhcp_release_ignored;
  note_change(exchange, owner, *released);
  return DropReason::dhcp_released;
}

// RFC 2131 section 4.3.5: parameters for a client that has its address from elsewhere; no lease
// time, no yiaddr.
Decision answer_inform(const Exchange& exchange) {
  const Request& request = exchange.request;
  const Ipv4Address client =
      request.ciaddr().is_zero() ? exchange.arrival.source : request.ciaddr();
  if (!client.is_unicast() || exchange.policy.find_own(client) != nullptr) {
    return DropReason::dhcp_malformed;
  }
  // Another network on the same wire has its own mask and routers.
  const Subnet& subnet = exchange.policy.subnet_of(*exchange.subnet, client);
  if (!subnet.prefix.contains(client)) return DropReason::dhcp_no_subnet;
  ReplyWriter writer(request, MessageType::ack, exchange.out, exchange.quirks);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  writer.header().ciaddr = request.header->ciaddr;
  writer.require(option::kServerIdentifier, exchange.server_identifier);
  echo_identifiers(writer, exchange);
  const BootChoice boot(exchange, {});
  write_configuration(writer, exchange, client, boot.file());
  if (!note_unleased(exchange, boot.file())) return DropReason::client_busy;
  return send(exchange, writer, client, {});
}

Decision answer_bootp(const Exchange& exchange, const Owner& owner) {
  const Request& request = exchange.request;
  if (wants_another_server(exchange)) return DropReason::dhcp_other_server;
  const bool has_reserved = exchange.reservation != nullptr && exchange.reservation->address;
  if (!has_reserved && !exchange.policy.bootp_dynamic()) return DropReason::dhcp_bootp_refused;
  // Who knows its address wants its boot file alone (RFC 951 section 7.3).
  const Ipv4Address known = request.ciaddr();
  Ipv4Address granted;
  if (known.is_zero()) {
    const auto bound = bind_for_good(exchange, owner);
    if (!bound) return bound.error();
    granted = *bound;
  } else if (!exchange.policy.subnet_of(*exchange.subnet, known).prefix.contains(known)) {
    return DropReason::dhcp_no_subnet;
  }
  const BootChoice boot(exchange, granted);
  const bool is_noted = known.is_zero() ? note_lease(exchange, owner, granted, boot.file())
                                        : note_unleased(exchange, boot.file());
  if (!is_noted) return DropReason::client_busy;
  // No longer than the client's own message, which a relay agent may have made longer.
  const std::size_t bytes_max = std::max(kBootpBytes, request.message.size());
  ReplyWriter writer(request, MessageType::none,
                     exchange.out.first(std::min(exchange.out.size(), bytes_max)), exchange.quirks);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  writer.header().ciaddr = request.header->ciaddr;
  writer.header().yiaddr = base::Be32{granted.host()};
  write_configuration(writer, exchange, known.is_zero() ? granted : known, boot.file());
  return send(exchange, writer, known, granted);
}

}  // namespace stentor::dhcp

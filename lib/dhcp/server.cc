// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/server.h"

#include <algorithm>

#include "base/check.h"
#include "dhcp/address_server.h"
#include "dhcp/client_owner.h"
#include "dhcp/exchange.h"
#include "dhcp/host_board.h"
#include "dhcp/leasequery.h"
#include "dhcp/park.h"
#include "dhcp/pxe.h"
#include "dhcp/relay_authentication.h"

namespace stentor::dhcp {

namespace {

using wire::DropReason;

// Where a message comes from, and what we are there.
struct Place {
  std::optional<SubnetIndex> subnet;  // nullopt: none is configured there
  config::DhcpMode mode;
  RelayInformation relay{};  // as far as it counts
};

// Behind a relay agent the mode is the subnet's, if it has one of its own.
Place beyond(const Policy& policy, const Network& network, std::optional<SubnetIndex> subnet) {
  const auto own = subnet ? policy.subnet(*subnet).relayed : std::nullopt;
  return {subnet, own.value_or(network.mode)};
}

// Of a relay agent that no list names giaddr counts, and nothing else. One that is listed may say
// where its client is (RFC 3527), or let the client do so (RFC 3011); the former comes first.
wire::Parsed<Place> find_relayed_place(const Policy& policy, const Network& network,
                                       const Request& request) {
  const auto relay = policy.find_relay(request.giaddr());
  if (!relay) return wire::drop(DropReason::dhcp_relay_untrusted);
  if (!policy.lists_relays()) return beyond(policy, network, relay->subnet);
  const auto said = parse_relay_information(request.options.relay_agent);
  if (!said) return wire::drop(said.error());
  auto subnet = relay->subnet;
  const auto link = said->link ? said->link : request.options.subnet_selection;
  if (link) {
    subnet = policy.find_link(*relay, *link);
    if (!subnet) return wire::drop(DropReason::dhcp_link_refused);
  }
  Place place = beyond(policy, network, subnet);
  place.relay = *said;
  return place;
}

wire::Parsed<Place> find_place(const Policy& policy, const Network& network, const Arrival& arrival,
                               const Request& request) {
  if (!request.giaddr().is_zero()) return find_relayed_place(policy, network, request);
  // Unicast from a client with an address: it may be behind a router, past its relay (RFC 2131
  // section 4.3.2, RENEWING). In a DISCOVER ciaddr means nothing, though buggy clients fill it.
  const bool has_address =
      request.options.type != MessageType::discover && !request.ciaddr().is_zero();
  if (has_address && policy.find_own(arrival.destination) != nullptr) {
    const auto subnet = policy.find_subnet(request.ciaddr());
    if (subnet && !policy.share_network(*subnet, network.subnet)) {
      return beyond(policy, network, subnet);
    }
  }
  return Place{network.subnet, network.mode};
}

// With all classes that the sender is in.
Subject subject_of(const Policy& policy, const Network& network, const Place& place,
                   const Request& request, const Reservation* reservation, JoinBuffer& joined) {
  const bool is_relayed = !request.giaddr().is_zero();
  Subject subject{.request = request,
                  .mac = request.mac(),
                  .network = std::nullopt,
                  .is_reserved = reservation != nullptr,
                  .is_relay_listed = is_relayed && policy.lists_relays(),
                  .classes = reservation != nullptr ? reservation->classes : 0,
                  .sent = policy.class_rules().read_options(request, joined)};
  if (place.subnet) {
    subject.network = policy.subnet(*place.subnet).prefix;
  } else if (!is_relayed) {
    subject.network = network.prefix;
  }
  policy.class_rules().find(subject);
  return subject;
}

// A message of a machine to which nothing has been promised.
bool begins(const Request& request) {
  const MessageType type = request.options.type;
  return type == MessageType::discover || type == MessageType::none;
}

// A server that stands by leaves the first messages of a client to the other one.
bool is_for_another(const Policy& policy, const Request& request) {
  if (policy.min_secs() == 0) return false;
  return begins(request) && seconds_asked(*request.header) < policy.min_secs();
}

// One that was parked has been counted.
bool asks_too_often(const Policy& policy, const Records& records, const Arrival& arrival,
                    const Request& request) {
  if (policy.discovers_per_client() == 0 || records.discovers == nullptr) return false;
  if (request.options.type != MessageType::discover || arrival.resumed != nullptr) return false;
  const auto client = request.identity();
  if (!client) return false;
  return !records.discovers->take(client_hash(policy.owner_key(), client->bytes),
                                  policy.discovers_per_client(), arrival.now);
}

const Reservation* find_configured(const Policy& policy, const Place& place,
                                   const Request& request) {
  if (!place.subnet) return nullptr;
  const auto mac = request.mac();
  if (mac) {
    const Reservation* found = policy.find_reservation(*place.subnet, *mac);
    if (found != nullptr) return found;
  }
  if (!policy.has_named_hosts()) return nullptr;
  const Options& options = request.options;
  ClientNames names{.client_identifier = options.client_identifier};
  if (!options.uuid.empty()) names.uuid = options.uuid.subspan(1);
  if (!request.giaddr().is_zero() && policy.lists_relays()) {
    names.circuit_id =
        find_sub_option(options.relay_agent, sub_option::kCircuitId).value_or(base::Bytes{});
    names.remote_id =
        find_sub_option(options.relay_agent, sub_option::kRemoteId).value_or(base::Bytes{});
  }
  return policy.find_reservation(*place.subnet, mac, names);
}

// `room`: for one that the configuration does not have so.
const Reservation* find_reservation(const Policy& policy, const HostBoard* hosts,
                                    const Place& place, const Request& request, Reservation& room) {
  const Reservation* configured = find_configured(policy, place, request);
  if (hosts == nullptr || hosts->is_empty()) return configured;
  const auto mac = request.mac();
  const BoardHost* host = mac ? hosts->find(*mac) : nullptr;
  if (host == nullptr || host->is_empty()) return configured;
  if (configured != nullptr) room = *configured;
  host->apply(room, request.is_ipxe(), policy, place.subnet);
  return &room;
}

// Every message pays for it.
void note_caller(const Request& request, Caller& caller) {
  const Header& header = *request.header;
  caller.is_known = header.htype == kHtypeEthernet && header.hlen == kEthernetHlen;
  std::copy_n(header.chaddr.begin(), kEthernetHlen, caller.mac.bytes.begin());
  caller.type = request.options.type;
  caller.is_firmware = request.is_firmware;
  caller.is_ipxe = request.is_firmware && request.is_ipxe();
  const wire::Ipv4Address ciaddr = request.ciaddr();
  caller.has_address = !ciaddr.is_zero();
  caller.address = caller.has_address ? ciaddr : request.options.requested_address.value_or(ciaddr);
}

Decision answer_server(const Exchange& exchange) {
  if (exchange.subnet == nullptr) return answer_without_subnet(exchange);
  const auto found = find_owner(exchange);
  if (!found) return found.error();
  const lease::Owner& owner = *found;
  switch (exchange.request.options.type) {
    case MessageType::discover:
      return answer_discover(exchange, owner);
    case MessageType::request:
      return answer_request(exchange, owner);
    case MessageType::decline:
      return answer_decline(exchange, owner);
    case MessageType::release:
      return answer_release(exchange, owner);
    case MessageType::inform:
      return answer_inform(exchange);
    case MessageType::none:
      return answer_bootp(exchange, owner);
    default:
      return DropReason::dhcp_message_unsupported;
  }
}

Decision answer_message(const Policy& policy, const Records& records, BootFilesView files,
                        const Arrival& arrival, base::Bytes message, base::MutableBytes reply) {
  CHECK(arrival.network < policy.networks());
  const Network& network = policy.network(arrival.network);
  const bool is_off = network.mode == config::DhcpMode::none;
  if (is_off && !policy.has_relayed_modes()) return DropReason::dhcp_network_disabled;

  JoinBuffer joined;
  const auto request = parse_request(message, joined, policy.pxe_classes());
  if (!request) return request.error();
  if (asks_too_often(policy, records, arrival, *request)) return DropReason::dhcp_client_limit;
  if (records.caller != nullptr) note_caller(*request, *records.caller);
  if (arrival.is_draining && begins(*request)) return DropReason::draining;
  const OwnAddress* asked = policy.find_own(arrival.destination);
  const OwnAddress& self = asked != nullptr ? *asked : network.own;
  reply = reply.first(std::min(reply.size(), network.reply_bytes_max));
  if (request->options.type == MessageType::leasequery) {
    if (arrival.destination_port != kServerPort) return DropReason::dhcp_message_unsupported;
    return answer_leasequery(policy, records, self, arrival, *request, reply);
  }
  const auto place = find_place(policy, network, arrival, *request);
  if (!place) return place.error();
  if (place->mode == config::DhcpMode::none) return DropReason::dhcp_network_disabled;

  Reservation room;
  const Reservation* reservation = find_reservation(policy, records.hosts, *place, *request, room);
  JoinBuffer asked_for;
  const Subject subject = subject_of(policy, network, *place, *request, reservation, asked_for);
  const Exchange exchange{
      .policy = policy,
      .leases = records.leases,
      .files = files,
      .arrival = arrival,
      .request = *request,
      .self = self,
      .subnet = place->subnet ? &policy.subnet(*place->subnet) : nullptr,
      .reservation = reservation,
      .subject = subject,
      .quirks = policy.quirks_of(subject.classes),
      .clients = records.clients,
      .journal = records.journal,
      .out = reply,
      .relay = place->relay,
      .has_board = records.hosts != nullptr && !records.hosts->is_empty(),
      .server_identifier = place->relay.server_identifier.value_or(self.address)};
  if (!policy.serves_unknown() && reservation == nullptr && subject.classes == 0) {
    return DropReason::dhcp_client_ignored;
  }
  if (is_for_another(policy, *request)) return DropReason::dhcp_too_soon;
  if (arrival.destination_port == kPxePort) return answer_pxe_port(exchange);
  if (request->options.type == MessageType::discover) {
    if (const auto delay = find_delay(exchange)) return *delay;
  }
  if (place->mode == config::DhcpMode::proxy) return answer_proxy(exchange);
  return answer_server(exchange);
}

// Through a relay agent, where some have keys: read twice, which is little beside its hash.
Decision answer_proved(const Policy& policy, const Records& records, BootFilesView files,
                       const Arrival& arrival, base::Bytes message, base::MutableBytes reply) {
  JoinBuffer joined;
  const auto request = parse_request(message, joined);
  if (!request) return request.error();
  const auto key = authenticate(policy, *request, message, arrival.resumed != nullptr);
  if (!key) return key.error();
  Decision decision = answer_message(policy, records, files, arrival, message, reply);
  auto* answered = std::get_if<Reply>(&decision);
  if (answered == nullptr || *key == nullptr) return decision;
  seal(policy, **key, reply.first(answered->payload_bytes));
  answered->is_sealed = true;
  return decision;
}

bool is_relayed(base::Bytes message) {
  return message.size() >= sizeof(Header) &&
         reinterpret_cast<const Header*>(message.data())->giaddr.host() != 0;
}

}  // namespace

wire::Parsed<lease::Owner> find_owner(const Exchange& exchange) {
  return owner_of_client(exchange.policy, *exchange.subnet, exchange.reservation, exchange.request);
}

Decision answer(const Policy& policy, const Records& records, BootFilesView files,
                const Arrival& arrival, base::Bytes message, base::MutableBytes reply) {
  if (policy.has_relay_keys() && is_relayed(message)) {
    return answer_proved(policy, records, files, arrival, message, reply);
  }
  return answer_message(policy, records, files, arrival, message, reply);
}

}  // namespace stentor::dhcp

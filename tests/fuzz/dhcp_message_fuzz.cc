// SPDX-License-Identifier: BSD-3-Clause
// Goal: answer() survives any bytes on any network and port, and what it answers is a right DHCP
// message: within the limits, with options that walk to an END, for the client that asked.
//
// Input: one byte of how the message arrived (bits 0 and 1 the network, 2 the port, 3 unicast, 4
// asked twice), one of how long a reply may be (units of 6 bytes), then the message.
#include <algorithm>

#include "base/check.h"
#include "dhcp/options.h"
#include "dhcp/request.h"
#include "support/dhcp_fixture.h"

namespace stentor::dhcp {
namespace {

// The reply as our own parser sees it, taken for a request.
void check_parses(support::DhcpBytes reply) {
  reply[0] = kBootRequest;
  JoinBuffer joined;
  const auto parsed = parse_request(reply, joined);
  CHECK(parsed.has_value());
  const MessageType type = parsed->options.type;
  if (type == MessageType::none) return CHECK(!parsed->options.server_identifier.has_value());
  if (type >= MessageType::leaseunassigned) return CHECK(type <= MessageType::leaseactive);
  CHECK(type == MessageType::offer || type == MessageType::ack || type == MessageType::nak);
  CHECK(parsed->options.server_identifier.has_value());
}

void check_reply(const Reply& route, const support::DhcpBytes& out, base::Bytes message) {
  CHECK(route.payload_bytes >= kReplyBytesMin && route.payload_bytes <= out.size());
  const auto begin = out.begin();
  const auto reply =
      support::read_dhcp_reply({begin, begin + static_cast<std::ptrdiff_t>(route.payload_bytes)});
  CHECK(reply.has_value() && reply->ended && reply->only_pads_behind);
  CHECK(reply->op() == kBootReply);
  // htype and hlen, xid, and chaddr are the request's (RFC 2131 table 3).
  // But for a leasequery, whose answer is about another client (RFC 4388).
  const auto type = reply->find(53);
  const bool is_about_other = type && type->at(0) > 10;
  CHECK(is_about_other ||
        std::equal(message.begin() + 1, message.begin() + 3, reply->bytes.begin() + 1));
  CHECK(std::equal(message.begin() + 4, message.begin() + 8, reply->bytes.begin() + 4));
  CHECK(is_about_other ||
        std::equal(message.begin() + 28, message.begin() + 44, reply->bytes.begin() + 28));
  CHECK(reply->place_of(82) == -1 || reply->options.back().code == 82);
  CHECK(!route.source.is_zero() && !route.destination.is_zero());
  CHECK(!route.destination.is_multicast() && !route.destination.is_loopback());
  CHECK(route.destination_mac == wire::MacAddress::broadcast() ||
        !route.destination_mac.is_group());
  check_parses(reply->bytes);
}

// Right is what has zeros for its hash: whoever searches for inputs finds no other one.
struct Zeros {
  static constexpr std::size_t kTextBytesMax = kMacTextBytesMax;
  [[nodiscard]] static RelayMac of(const base::HmacKey& /*key*/,
                                   std::span<const base::Bytes> /*text*/) {
    return {};
  }
};

// A class for each kind of condition that reads what was sent, one with quirks; relay agents are
// listed, so that option 82 is read, one with a key; a boot file named after what was sent, and a
// menu for whom no other rule is for.
config::Settings settings_with_classes() {
  using Kind = config::ClientTest::Kind;
  config::Settings settings = support::example_settings();
  settings.dhcp.relays.emplace();
  settings.dhcp.rapid_commit = true;
  settings.dhcp.bootp_dynamic = true;
  for (const char* address : {"10.21.0.1", "10.23.0.1", "10.24.0.1"}) {
    settings.dhcp.relays->push_back({support::address(address), {}});
    settings.dhcp.relays->back().leasequery = true;
  }
  settings.dhcp.relays->push_back({support::address("10.21.0.9"), {}});
  settings.dhcp.relays->back().keys = {{1, {}}};
  for (const Kind kind : {Kind::vendor_class, Kind::user_class, Kind::option, Kind::circuit_id,
                          Kind::remote_id, Kind::uuid, Kind::ipxe_feature}) {
    config::ClientMatch match{.kind = config::ClientMatch::Kind::test};
    match.test.kind = kind;
    match.test.code = kind == Kind::ipxe_feature ? 19 : 61;
    match.test.value = {config::ValueTest::Kind::glob, "a*b?c*"};
    settings.dhcp.classes.push_back({.name = "c", .match = std::move(match)});
  }
  config::ClassQuirks& quirks = settings.dhcp.classes.back().quirks.emplace();
  quirks.suppress = {61, 224};
  quirks.first = {3, 97, 1};
  config::BootMenu& menu = settings.boot_menus.emplace_back();
  menu.items = {{.name = "A", .type = 0x8000, .file = config::BootTarget{"a/{uuid}", {}}}};
  settings.boot_rules.insert(settings.boot_rules.begin(),
                             {.target = {"{hostname}/{arch}-{serial}", {}}});
  settings.boot_rules.push_back({.target = {.file = {}, .server = {}, .menu = 0}});
  return settings;
}

}  // namespace
}  // namespace stentor::dhcp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace stentor;
  if (size < 2) return 0;
  const dhcp::Zeros hasher;
  dhcp::RelayGuard guard(hasher, 1);
  support::DhcpFixture server(dhcp::settings_with_classes(), &guard);
  dhcp::Arrival arrival = support::DhcpFixture::arrival();
  arrival.network = static_cast<dhcp::NetworkIndex>((data[0] & 3) % 3);
  if ((data[0] & 4) != 0) arrival.destination_port = dhcp::kPxePort;
  if ((data[0] & 8) != 0) {
    arrival.destination = support::address("10.20.0.2");
    arrival.source = support::address("10.20.16.10");
  }
  const base::Bytes message{data + 2, size - 2};
  support::DhcpBytes out(std::min<std::size_t>(std::size_t{data[1]} * 6, dhcp::kReplyBytesMax));
  for (int times = (data[0] & 16) != 0 ? 2 : 1; times > 0; --times) {
    const auto decision = dhcp::answer(server.policy(), {server.leases(), &server.clients()},
                                       server.files(), arrival, message, out);
    if (const auto* reply = std::get_if<dhcp::Reply>(&decision)) {
      dhcp::check_reply(*reply, out, message);
    } else {
      CHECK(static_cast<std::size_t>(std::get<wire::DropReason>(decision)) <
            wire::kDropReasonCount);
    }
  }
  return 0;
}

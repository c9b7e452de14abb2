// SPDX-License-Identifier: BSD-3-Clause
// Goal: every right frame becomes the view that it should, every wrong one is dropped under its own
// reason, and no byte behind a length is read.
#include <deque>
#include <gtest/gtest.h>
#include <set>

#include "support/router_builder.h"
#include "wire/frame.h"

namespace stentor::wire {
namespace {

using support::ByteVector;
using support::EthernetSpec;
using support::Ipv4Spec;
using support::UdpSpec;

const ByteVector kPayload = support::patterned(31);
const UdpSpec kToTftp{.source_port = 2070, .destination_port = 69};

Ipv4Address address(std::string_view text) { return Ipv4Address::parse(text).value(); }
MacAddress mac(std::string_view text) { return MacAddress::parse(text).value(); }

ByteVector ipv4_frame(const Ipv4Spec& ip, const ByteVector& payload,
                      const EthernetSpec& ethernet = {}) {
  return support::ethernet_frame(ethernet, support::kEtherTypeIpv4,
                                 support::ipv4_datagram(ip, payload));
}

bool equal(base::Bytes a, const ByteVector& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

ByteVector cut(ByteVector frame, std::size_t bytes) {
  frame.resize(bytes);
  return frame;
}

class ParseFrame : public testing::Test {
 protected:
  // The views that are returned live as long as the test.
  Parsed<Frame> parsed(ByteVector bytes, ReceiveChecksums device = {}) {
    bytes.shrink_to_fit();
    return parse_frame(frames_.emplace_back(std::move(bytes)), device);
  }

  std::deque<ByteVector> frames_;
};

// Goal: what fetches a client's records early sees whom an ordinary frame is from, tagged or not.
TEST(GlanceAt, SeesWhomADatagramIsFromAndWhatItAsks) {
  using Tags = std::vector<support::TagSpec>;
  for (const Tags& tags : {Tags{}, Tags{{.id = 7, .priority = 5}}}) {
    const ByteVector frame = support::udp_frame({.tags = tags}, {}, kToTftp, kPayload);
    const auto seen = glance_at(frame);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->source, address(support::kClientAddress));
    EXPECT_EQ(seen->source_port, 2070);
    EXPECT_EQ(seen->destination_port, 69);
    EXPECT_EQ(seen->vlan, (VlanPath{static_cast<std::uint16_t>(tags.empty() ? 0 : 7), 0}));
    EXPECT_TRUE(equal(seen->payload.first(kPayload.size()), kPayload));
    for (std::size_t bytes = 0; bytes < 46; ++bytes) EXPECT_FALSE(glance_at(cut(frame, bytes)));
  }
  EXPECT_FALSE(glance_at(ipv4_frame({.protocol = support::kProtocolIcmp}, kPayload)));
}

TEST_F(ParseFrame, ReadsAUdpDatagramWithItsLink) {
  const auto frame = parsed(support::udp_frame({}, {}, kToTftp, kPayload));
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->link.destination, mac(support::kServerMac));
  EXPECT_EQ(frame->link.source, mac(support::kClientMac));
  EXPECT_EQ(frame->link.tag_count, 0);
  const auto& udp = std::get<UdpDatagram>(frame->content);
  EXPECT_EQ(udp.source, address(support::kClientAddress));
  EXPECT_EQ(udp.destination, address(support::kServerAddress));
  EXPECT_EQ(udp.source_port, 2070);
  EXPECT_EQ(udp.destination_port, 69);
  EXPECT_TRUE(equal(udp.payload, kPayload));
  EXPECT_EQ(udp.payload.data(), frames_.back().data() + udp_payload_offset(frame->link));
}

TEST_F(ParseFrame, ReadsEveryTagOfEveryKind) {
  for (const std::uint16_t outer : std::array<std::uint16_t, 3>{0x8100, 0x88a8, 0x9100}) {
    const auto frame = parsed(
        support::udp_frame({.tags = {{.id = 100, .tpid = outer, .priority = 3}, {.id = 4094}}}, {},
                           kToTftp, kPayload));
    ASSERT_TRUE(frame) << outer;
    EXPECT_EQ(frame->link.tag_count, 2);
    EXPECT_EQ(frame->link.tags[0], (VlanTag{outer, 3 << 13 | 100}));
    EXPECT_EQ(frame->link.vlan(), (VlanPath{100, 4094}));
    EXPECT_EQ(frame->link.bytes(), 22u);
    EXPECT_TRUE(equal(std::get<UdpDatagram>(frame->content).payload, kPayload));
  }
}

TEST_F(ParseFrame, TakesAPriorityTagForNone) {
  const auto vlan_of = [this](std::vector<support::TagSpec> tags) {
    return parsed(support::udp_frame({.tags = std::move(tags)}, {}, kToTftp, kPayload))
        ->link.vlan();
  };
  EXPECT_EQ(vlan_of({{.id = 0, .priority = 6}}), VlanPath{});
  EXPECT_EQ(vlan_of({{.id = 0}, {.id = 7}}), (VlanPath{7, 0}));
  EXPECT_EQ(vlan_of({{.id = 7}, {.id = 0}}), (VlanPath{7, 0}));
}

TEST_F(ParseFrame, AnswersTheWayThatTheFrameCame) {
  const auto frame = parsed(
      support::udp_frame({.tags = {{.id = 5, .tpid = 0x88a8, .priority = 2}}}, {}, kToTftp, {}));
  const Link reply = frame->link.reply(mac("02:00:00:00:00:09"));
  EXPECT_EQ(reply.destination, mac(support::kClientMac));
  EXPECT_EQ(reply.source, mac("02:00:00:00:00:09"));
  EXPECT_EQ(reply.tags, frame->link.tags);
  EXPECT_EQ(reply.tag_count, 1);
}

TEST_F(ParseFrame, ReadsAnArpMessage) {
  const auto frame = parsed(support::arp_frame({.destination = support::kBroadcastMac}, {}));
  ASSERT_TRUE(frame);
  const auto& arp = std::get<ArpMessage>(frame->content);
  EXPECT_EQ(arp.operation, ArpMessage::kRequest);
  EXPECT_EQ(arp.sender_mac, mac(support::kClientMac));
  EXPECT_EQ(arp.sender, address(support::kClientAddress));
  EXPECT_TRUE(arp.target_mac.is_zero());
  EXPECT_EQ(arp.target, address(support::kServerAddress));
}

TEST_F(ParseFrame, ReadsAnEchoRequestWhole) {
  const auto frame = parsed(support::icmp_frame({}, {}, {.identifier = 7}, kPayload));
  ASSERT_TRUE(frame);
  const auto& echo = std::get<IcmpEcho>(frame->content);
  EXPECT_EQ(echo.source, address(support::kClientAddress));
  EXPECT_EQ(echo.destination, address(support::kServerAddress));
  EXPECT_TRUE(equal(echo.message, support::icmp_message({.identifier = 7}, kPayload)));
}

TEST_F(ParseFrame, TellsAnEchoReplyFromARequest) {
  const auto is_reply = [this](std::uint8_t type) {
    const auto frame = parsed(support::icmp_frame({}, {}, {.type = type}, kPayload));
    return std::get<IcmpEcho>(frame->content).is_reply;
  };
  EXPECT_TRUE(is_reply(0));
  EXPECT_FALSE(is_reply(8));
}

TEST_F(ParseFrame, SkipsIpv4Options) {
  const ByteVector options{0x94, 0x04, 0, 0, 1, 1, 1, 0};
  const auto frame = parsed(support::udp_frame({}, {.options = options}, kToTftp, kPayload));
  ASSERT_TRUE(frame);
  EXPECT_TRUE(equal(std::get<UdpDatagram>(frame->content).payload, kPayload));
}

TEST_F(ParseFrame, LeavesPaddingOutOfThePayload) {
  const ByteVector ack{0, 4, 0, 1};
  ByteVector bytes = support::udp_frame({}, {}, kToTftp, ack);
  ASSERT_EQ(bytes.size(), kFrameBytesMin);
  bytes.back() = 0xee;  // padding need not be zeros
  const auto frame = parsed(bytes);
  ASSERT_TRUE(frame);
  EXPECT_TRUE(equal(std::get<UdpDatagram>(frame->content).payload, ack));
}

TEST_F(ParseFrame, LeavesBytesBehindTheUdpLengthOutOfThePayload) {
  ByteVector datagram = support::udp_datagram(kToTftp, {}, kPayload);
  support::append(datagram, ByteVector{1, 2, 3});
  const auto frame = parsed(ipv4_frame({}, datagram));
  ASSERT_TRUE(frame);
  EXPECT_TRUE(equal(std::get<UdpDatagram>(frame->content).payload, kPayload));
}

TEST_F(ParseFrame, TakesAClientWithoutAnAddress) {
  const auto frame =
      parsed(support::udp_frame({.destination = support::kBroadcastMac},
                                {.source = "0.0.0.0", .destination = "255.255.255.255"},
                                {.source_port = 68, .destination_port = 67}, kPayload));
  ASSERT_TRUE(frame);
  EXPECT_TRUE(std::get<UdpDatagram>(frame->content).source.is_zero());
}

TEST_F(ParseFrame, TakesUdpWithoutAChecksum) {
  UdpSpec udp = kToTftp;
  udp.checksum = 0;
  EXPECT_TRUE(parsed(support::udp_frame({}, {}, udp, kPayload)));
}

TEST_F(ParseFrame, TakesAnEmptyUdpDatagram) {
  const auto frame = parsed(support::udp_frame({}, {}, kToTftp, {}));
  ASSERT_TRUE(frame);
  EXPECT_TRUE(std::get<UdpDatagram>(frame->content).payload.empty());
}

TEST_F(ParseFrame, TakesTheDevicesWordForAChecksum) {
  UdpSpec udp = kToTftp;
  udp.checksum = 0x1234;
  const ByteVector bytes = support::udp_frame({}, {.checksum = 0x4321}, udp, kPayload);
  EXPECT_EQ(parsed(bytes).error(), DropReason::ipv4_checksum_wrong);
  EXPECT_EQ(parsed(bytes, {.ipv4_good = true}).error(), DropReason::udp_checksum_wrong);
  EXPECT_EQ(parsed(bytes, {.udp_good = true}).error(), DropReason::ipv4_checksum_wrong);
  EXPECT_TRUE(parsed(bytes, {.ipv4_good = true, .udp_good = true}));
}

TEST_F(ParseFrame, TakesAPartialChecksumOnlyWhereTheDeviceSaysSo) {
  UdpSpec udp = kToTftp;
  udp.checksum = support::partial_udp_checksum({}, kUdpHeaderBytes + kPayload.size());
  const ByteVector partial = support::udp_frame({}, {}, udp, kPayload);
  EXPECT_EQ(parsed(partial).error(), DropReason::udp_checksum_wrong);
  EXPECT_TRUE(parsed(partial, {.udp_partial_accepted = true}));

  ++*udp.checksum;
  EXPECT_EQ(
      parsed(support::udp_frame({}, {}, udp, kPayload), {.udp_partial_accepted = true}).error(),
      DropReason::udp_checksum_wrong);
  // A complete checksum stays welcome.
  EXPECT_TRUE(
      parsed(support::udp_frame({}, {}, kToTftp, kPayload), {.udp_partial_accepted = true}));
}

TEST_F(ParseFrame, FindsAnyFlippedBitThatAChecksumCovers) {
  const ByteVector right = support::udp_frame({}, {}, kToTftp, kPayload);
  const std::size_t udp_checksum_at = kEthernetHeaderBytes + kIpv4HeaderBytes + 6;
  for (std::size_t bit = kEthernetHeaderBytes * 8;
       bit < (udp_payload_offset(Link{}) + kPayload.size()) * 8; ++bit) {
    ByteVector wrong = right;
    wrong[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    if (wrong[udp_checksum_at] == 0 && wrong[udp_checksum_at + 1] == 0) continue;
    EXPECT_FALSE(parsed(wrong)) << "bit " << bit;
  }
}

TEST_F(ParseFrame, DropsAFrameThatIsCutAnywhere) {
  for (const ByteVector& right : {support::udp_frame({.tags = {{.id = 1}, {.id = 2}}, .pad = false},
                                                     {.options = {1, 1, 1, 0}}, kToTftp, kPayload),
                                  support::icmp_frame({.pad = false}, {}, {}, kPayload),
                                  support::arp_frame({.pad = false}, {})}) {
    ASSERT_TRUE(parsed(right));
    for (std::size_t bytes = 0; bytes < right.size(); ++bytes) {
      EXPECT_FALSE(parsed(cut(right, bytes))) << bytes << " of " << right.size();
    }
  }
}

struct DropRow {
  const char* name;
  DropReason reason;
  ByteVector frame;
};

std::vector<DropRow> link_rows() {
  const ByteVector right = support::udp_frame({}, {}, kToTftp, kPayload);
  const ByteVector tagged = support::udp_frame({.tags = {{.id = 1}, {.id = 2}}}, {}, kToTftp, {});
  using enum DropReason;
  return {
      {"no byte", ethernet_truncated, {}},
      {"13 bytes", ethernet_truncated, cut(right, 13)},
      {"a tag cut in two", ethernet_truncated, cut(tagged, 16)},
      {"a second tag cut in two", ethernet_truncated, cut(tagged, 21)},
      {"source 0", ethernet_source_invalid,
       support::udp_frame({.source = "00:00:00:00:00:00"}, {}, kToTftp, {})},
      {"source broadcast", ethernet_source_invalid,
       support::udp_frame({.source = support::kBroadcastMac}, {}, kToTftp, {})},
      {"source multicast", ethernet_source_invalid,
       support::udp_frame({.source = "01:00:5e:00:00:01"}, {}, kToTftp, {})},
      {"three tags", vlan_too_deep,
       support::udp_frame({.tags = {{.id = 1}, {.id = 2}, {.id = 3}}}, {}, kToTftp, {})},
      {"LLDP", ethertype_unsupported, support::ethernet_frame({}, 0x88cc, kPayload)},
      {"an 802.3 length", ethertype_unsupported, support::ethernet_frame({}, 46, kPayload)},
      {"a TPID that is none", ethertype_unsupported, support::ethernet_frame({}, 0x9200, kPayload)},
      {"ARP of 27 bytes", arp_malformed, cut(support::arp_frame({}, {}), 41)},
      {"ARP over token ring", arp_malformed, support::arp_frame({}, {.hardware_type = 6})},
      {"ARP for IPv6", arp_malformed, support::arp_frame({}, {.protocol_type = 0x86dd})},
      {"ARP with long MACs", arp_malformed, support::arp_frame({}, {.hardware_bytes = 8})},
      {"ARP with long addresses", arp_malformed, support::arp_frame({}, {.protocol_bytes = 16})},
  };
}

std::vector<DropRow> ipv4_rows() {
  const ByteVector udp = support::udp_datagram(kToTftp, {}, kPayload);
  const auto from = [](std::string_view source) {
    return support::udp_frame({}, {.source = source}, kToTftp, kPayload);
  };
  using enum DropReason;
  return {
      {"no header", ipv4_truncated, support::ethernet_frame({.pad = false}, 0x0800, {})},
      {"19 bytes", ipv4_truncated, cut(ipv4_frame({}, udp), kEthernetHeaderBytes + 19)},
      {"options cut off", ipv4_truncated,
       ipv4_frame({.header_words = 15, .total_length = 60}, {}, {.pad = false})},
      {"total length beyond the frame", ipv4_truncated, ipv4_frame({.total_length = 60}, udp)},
      {"total length below the header", ipv4_truncated, ipv4_frame({.total_length = 19}, udp)},
      {"version 6", ipv4_header_invalid, ipv4_frame({.version = 6}, udp)},
      {"version 0", ipv4_header_invalid, ipv4_frame({.version = 0}, udp)},
      {"header of 16 bytes", ipv4_header_invalid, ipv4_frame({.header_words = 4}, udp)},
      {"checksum 0", ipv4_checksum_wrong, ipv4_frame({.checksum = 0}, udp)},
      {"first fragment", ipv4_fragment, ipv4_frame({.flags_and_offset = 0x2000}, udp)},
      {"last fragment", ipv4_fragment, ipv4_frame({.flags_and_offset = 0x0001}, udp)},
      {"fragment at 32 KiB", ipv4_fragment, ipv4_frame({.flags_and_offset = 0x1000}, udp)},
      {"from multicast", ipv4_source_invalid, from("224.0.0.1")},
      {"from broadcast", ipv4_source_invalid, from("255.255.255.255")},
      {"from loopback", ipv4_source_invalid, from("127.0.0.1")},
      {"from this network", ipv4_source_invalid, from("0.0.0.1")},
      {"from class E", ipv4_source_invalid, from("240.0.0.1")},
      {"TCP", ipv4_protocol_unsupported, ipv4_frame({.protocol = support::kProtocolTcp}, udp)},
  };
}

std::vector<DropRow> datagram_rows() {
  const auto udp = [](UdpSpec spec, const ByteVector& payload = kPayload) {
    spec.source_port = 2070;
    spec.destination_port = 69;
    return support::udp_frame({}, {}, spec, payload);
  };
  const Ipv4Spec icmp{.protocol = support::kProtocolIcmp};
  using enum DropReason;
  return {
      {"ICMP of 7 bytes", icmp_malformed, ipv4_frame(icmp, {8, 0, 0xf7, 0xff, 0, 0, 0})},
      {"ICMP without a byte", icmp_malformed, ipv4_frame(icmp, {})},
      {"ICMP checksum", icmp_malformed, support::icmp_frame({}, {}, {.checksum = 1}, kPayload)},
      {"echo reply, code 1", icmp_unsupported,
       support::icmp_frame({}, {}, {.type = 0, .code = 1}, kPayload)},
      {"port unreachable", icmp_unsupported,
       support::icmp_frame({}, {}, {.type = 3, .code = 3}, {})},
      {"echo request, code 1", icmp_unsupported, support::icmp_frame({}, {}, {.code = 1}, {})},
      {"UDP of 7 bytes", udp_truncated, ipv4_frame({}, ByteVector(7))},
      {"UDP length 7", udp_truncated, udp({.length = 7})},
      {"UDP length 0", udp_truncated, udp({.length = 0})},
      {"UDP length one too long", udp_truncated, udp({.length = 8 + 31 + 1})},
      {"UDP length into the padding", udp_truncated, udp({.length = 20}, {0, 4, 0, 1})},
      {"UDP checksum", udp_checksum_wrong, udp({.checksum = 1})},
  };
}

// The rest of them: router_message_test.cc.
std::vector<DropRow> ipv6_rows() {
  using enum DropReason;
  return {
      {"no IPv6 header", ipv6_truncated, support::ethernet_frame({.pad = false}, 0x86dd, {})},
      {"IPv6 of version 4", ipv6_version_wrong, support::router_frame({}, {.version = 4})},
      {"hop-by-hop options", ipv6_protocol_unsupported,
       support::router_frame({}, {.next_header = 0})},
      {"ICMPv6 of 7 bytes", icmpv6_truncated, support::router_frame({}, {.payload_length = 7})},
      {"a neighbour solicitation", icmpv6_unsupported, support::router_frame({}, {.type = 135})},
      {"ICMPv6 checksum", icmpv6_checksum_wrong, support::router_frame({}, {.checksum = 1})},
      {"a solicitation to all nodes", solicitation_not_to_routers,
       support::router_frame({}, {.destination = "ff02::1"})},
      {"hop limit 254", router_message_invalid, support::router_frame({}, {.hop_limit = 254})},
  };
}

// What only dispatch can say of a frame.
bool is_dispatchs(DropReason reason) {
  using enum DropReason;
  return std::set{ethernet_not_ours,
                  vlan_unknown,
                  arp_not_for_us,
                  ipv4_not_ours,
                  ipv4_in_broadcast,
                  icmp_too_long,
                  icmp_not_asked_for,
                  solicitation_refused,
                  solicitation_has_router,
                  solicitation_not_firmware,
                  solicitation_left_to_routers}
      .contains(reason);
}

TEST_F(ParseFrame, DropsEveryWrongFrameUnderItsReason) {
  std::set<DropReason> seen;
  for (const auto& rows : {link_rows(), ipv4_rows(), datagram_rows(), ipv6_rows()}) {
    for (const DropRow& row : rows) {
      const auto frame = parsed(row.frame);
      ASSERT_FALSE(frame) << row.name;
      EXPECT_EQ(frame.error(), row.reason) << row.name << ": " << describe(frame.error()).name;
      seen.insert(row.reason);
    }
  }
  // Up to UDP every reason has a row.
  for (auto reason = DropReason{}; reason < DropReason::udp_port_closed;
       reason = static_cast<DropReason>(static_cast<int>(reason) + 1)) {
    EXPECT_TRUE(seen.contains(reason) || is_dispatchs(reason)) << describe(reason).name;
  }
}

}  // namespace
}  // namespace stentor::wire

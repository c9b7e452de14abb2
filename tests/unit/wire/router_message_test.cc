// SPDX-License-Identifier: BSD-3-Clause
// Goal: of IPv6, router solicitations and advertisements that stand RFC 4861 are read, everything
// else is dropped under its own reason; the advertisement that is sent is right to the bit.
#include "wire/router_message.h"

#include <gtest/gtest.h>

#include "support/router_builder.h"
#include "wire/frame.h"

namespace stentor::wire {
namespace {

using support::ByteVector;
using support::RouterSpec;

Parsed<RouterMessage> parsed(ByteVector packet) {
  packet.shrink_to_fit();
  return parse_router_message(packet);
}
Parsed<RouterMessage> parsed(const RouterSpec& spec) {
  return parsed(support::router_packet(spec));
}

DropReason refused(const Parsed<RouterMessage>& message) {
  EXPECT_FALSE(message);
  return message ? DropReason::transmit_full : message.error();
}
DropReason refused(const RouterSpec& spec) { return refused(parsed(spec)); }

RouterSpec with(ByteVector options) { return {.options = std::move(options)}; }

TEST(RouterMessage, ASolicitationIsReadInItsFrame) {
  const ByteVector bytes =
      support::router_frame({.destination = support::kAllRoutersMac, .tags = {{.id = 120}}}, {});
  const auto frame = parse_frame(bytes, {});
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->link.vlan(), (VlanPath{120, 0}));
  const auto* message = std::get_if<RouterMessage>(&frame->content);
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(message->type, RouterMessage::kSolicitation);
  EXPECT_EQ(message->source,
            Ipv6Address::link_local(MacAddress::parse(support::kClientMac).value()));
  EXPECT_TRUE(message->source.is_link_local());
}

TEST(RouterMessage, AnAdvertisementSaysForHowLong) {
  const auto message = parsed(support::advertisement(1800));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, RouterMessage::kAdvertisement);
  EXPECT_EQ(message->lifetime_seconds, 1800);
}

TEST(RouterMessage, MayComeWithoutOptionsOrWithMany) {
  EXPECT_TRUE(parsed(with({})));
  ByteVector options = support::source_mac_option();
  support::append(options, ByteVector{14, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_TRUE(parsed(with(options)));
  EXPECT_TRUE(parsed(RouterSpec{.source = "::", .options = {}}));
  EXPECT_TRUE(parsed(RouterSpec{.source = "2001:db8::5"}));
}

TEST(RouterMessage, PaddingIsNoPartOfIt) {
  ByteVector packet = support::router_packet({});
  support::append(packet, ByteVector(20, 0xee));
  EXPECT_TRUE(parsed(packet));
}

TEST(RouterMessage, ATruncatedOneIsDroppedAtEveryLength) {
  for (const RouterSpec& spec : {RouterSpec{}, support::advertisement(9)}) {
    const ByteVector packet = support::router_packet(spec);
    for (std::size_t bytes = 0; bytes < packet.size(); ++bytes) {
      EXPECT_EQ(
          refused(parsed(ByteVector(packet.begin(), packet.begin() + static_cast<int>(bytes)))),
          DropReason::ipv6_truncated)
          << bytes;
    }
  }
}

TEST(RouterMessage, AnIcmpv6MessageOfLessThanItsHeaderIsDropped) {
  EXPECT_EQ(refused(RouterSpec{.payload_length = 7}), DropReason::icmpv6_truncated);
  EXPECT_EQ(refused(RouterSpec{.payload_length = 0}), DropReason::icmpv6_truncated);
}

TEST(RouterMessage, AnAdvertisementOfASolicitationsLengthIsInvalid) {
  RouterSpec spec = support::advertisement(9);
  spec.message_bytes = 8;
  EXPECT_EQ(refused(spec), DropReason::router_message_invalid);
}

TEST(RouterMessage, AnotherVersionIsDropped) {
  EXPECT_EQ(refused(RouterSpec{.version = 4}), DropReason::ipv6_version_wrong);
}

TEST(RouterMessage, WhatIsNotIcmpv6AtOnceIsDropped) {
  // Hop-by-hop options, routing, fragment, no next header, UDP.
  for (const std::uint8_t next : std::initializer_list<std::uint8_t>{0, 43, 44, 59, 17}) {
    EXPECT_EQ(refused(RouterSpec{.next_header = next}), DropReason::ipv6_protocol_unsupported);
  }
}

TEST(RouterMessage, OtherMessagesOfNeighborDiscoveryAreDropped) {
  for (const std::uint8_t type :
       std::initializer_list<std::uint8_t>{128, 129, 132, 135, 136, 137, 143}) {
    EXPECT_EQ(refused(RouterSpec{.type = type}), DropReason::icmpv6_unsupported);
  }
}

TEST(RouterMessage, AWrongChecksumIsSeenInEveryByte) {
  const ByteVector right = support::router_packet({});
  for (std::size_t at = 8; at < right.size(); ++at) {
    if (at == 40) continue;  // the type
    ByteVector packet = right;
    packet[at] ^= 0x10;
    EXPECT_EQ(refused(parsed(packet)), DropReason::icmpv6_checksum_wrong) << at;
  }
  EXPECT_EQ(refused(RouterSpec{.checksum = 0}), DropReason::icmpv6_checksum_wrong);
}

TEST(RouterMessage, ASolicitationToOneMachineIsDropped) {
  EXPECT_EQ(refused(RouterSpec{.destination = "ff02::1"}), DropReason::solicitation_not_to_routers);
  EXPECT_EQ(refused(RouterSpec{.destination = support::kServerLinkLocal}),
            DropReason::solicitation_not_to_routers);
}

// Goal: on an interface the kernel solicits with our MAC, and routers may answer it alone.
TEST(RouterMessage, AnAdvertisementToOneMachineTellsOfARouterToo) {
  RouterSpec unicast = support::advertisement(9);
  unicast.destination = support::kServerLinkLocal;
  EXPECT_TRUE(parsed(unicast));
}

// RFC 4861 sections 6.1.1 and 6.1.2.
TEST(RouterMessage, ThatWasForwardedIsInvalid) {
  EXPECT_EQ(refused(RouterSpec{.hop_limit = 254}), DropReason::router_message_invalid);
  EXPECT_EQ(refused(RouterSpec{.hop_limit = 0}), DropReason::router_message_invalid);
}

TEST(RouterMessage, OfAnotherCodeIsInvalid) {
  EXPECT_EQ(refused(RouterSpec{.code = 1}), DropReason::router_message_invalid);
}

TEST(RouterMessage, WithAnOptionOfLengthZeroIsInvalid) {
  EXPECT_EQ(refused(with({1, 0, 0x52, 0x54, 0, 0x12, 0x34, 0x56})),
            DropReason::router_message_invalid);
  ByteVector options = support::source_mac_option();
  support::append(options, ByteVector{14, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(refused(with(options)), DropReason::router_message_invalid);
}

TEST(RouterMessage, WithAnOptionThatDoesNotFitIsInvalid) {
  EXPECT_EQ(refused(with({1})), DropReason::router_message_invalid);
  EXPECT_EQ(refused(with({1, 1, 0x52, 0x54, 0, 0x12, 0x34})), DropReason::router_message_invalid);
  EXPECT_EQ(refused(with({1, 2, 0x52, 0x54, 0, 0x12, 0x34, 0x56})),
            DropReason::router_message_invalid);
}

TEST(RouterMessage, FromNobodyWithAMacAddressIsInvalid) {
  EXPECT_EQ(refused(RouterSpec{.source = "::"}), DropReason::router_message_invalid);
}

TEST(RouterMessage, FromAGroupIsInvalid) {
  EXPECT_EQ(refused(RouterSpec{.source = "ff02::5"}), DropReason::router_message_invalid);
}

TEST(RouterMessage, ARoutersAdvertisementIsFromItsLinkLocalAddress) {
  for (const std::string_view source : {"2001:db8::1", "::"}) {
    RouterSpec spec = support::advertisement(9);
    spec.source = source;
    EXPECT_EQ(refused(spec), DropReason::router_message_invalid) << source;
  }
}

class WriteEmptyRouterAdvertisement : public testing::Test {
 protected:
  [[nodiscard]] ByteVector written(const Ipv6Address& destination, std::size_t room = 128) const {
    ByteVector out(room, 0xee);
    out.resize(write_empty_router_advertisement(out, link, destination));
    return out;
  }
  static ByteVector expected(support::EthernetSpec ethernet, std::string_view destination) {
    RouterSpec spec = support::advertisement(0);
    spec.source = support::kServerLinkLocal;
    spec.destination = destination;
    ethernet.destination = support::kClientMac;
    ethernet.source = support::kServerMac;
    return support::router_frame(ethernet, spec);
  }

  const MacAddress client = MacAddress::parse(support::kClientMac).value();
  Link link{client, MacAddress::parse(support::kServerMac).value()};
};

TEST_F(WriteEmptyRouterAdvertisement, SaysNothingOfARouter) {
  EXPECT_EQ(written(Ipv6Address::link_local(client)), expected({}, support::kClientLinkLocal));
  EXPECT_EQ(written(Ipv6Address::all_nodes()), expected({}, "ff02::1"));
}

TEST_F(WriteEmptyRouterAdvertisement, KeepsTheTags) {
  link.tags = {{{0x88a8, 100}, {0x8100, 5 << 13 | 7}}};
  link.tag_count = 2;
  EXPECT_EQ(written(Ipv6Address::link_local(client)),
            expected({.tags = {{.id = 100, .tpid = 0x88a8}, {.id = 7, .priority = 5}}},
                     support::kClientLinkLocal));
}

TEST_F(WriteEmptyRouterAdvertisement, IsNotWrittenWhereItDoesNotFit) {
  EXPECT_EQ(written(Ipv6Address::all_nodes(), 70).size(), 70u);
  EXPECT_TRUE(written(Ipv6Address::all_nodes(), 69).empty());
}

}  // namespace
}  // namespace stentor::wire

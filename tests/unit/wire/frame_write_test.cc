// SPDX-License-Identifier: BSD-3-Clause
// Goal: every written frame is, to the bit, the one that the tests' own builder makes.
#include <gtest/gtest.h>

#include "support/frame_builder.h"
#include "wire/frame.h"

namespace stentor::wire {
namespace {

using support::ByteVector;

// From the server to the client, as the builder names them and as the product does.
const support::EthernetSpec kEthernet{.destination = support::kClientMac,
                                      .source = support::kServerMac};
const support::Ipv4Spec kReplyIpv4{.source = support::kServerAddress,
                                   .destination = support::kClientAddress};
const Link kLink{*MacAddress::parse(support::kClientMac), *MacAddress::parse(support::kServerMac)};
const Ipv4Address kServer = *Ipv4Address::parse(support::kServerAddress);
const Ipv4Address kClient = *Ipv4Address::parse(support::kClientAddress);
const UdpFlow kReplyFlow{kServer, kClient, 69, 2070};
const support::UdpSpec kReplyUdp{.source_port = 69, .destination_port = 2070};

// What a writer made in a buffer full of old bytes.
template <typename Write>
ByteVector written(std::size_t room, Write write) {
  ByteVector out(room, 0xee);
  out.resize(write(base::MutableBytes{out}));
  return out;
}

ByteVector written_udp(const Link& link, const ByteVector& payload, std::size_t room) {
  return written(room, [&](base::MutableBytes out) {
    if (udp_payload_offset(link) + payload.size() <= out.size()) {
      std::copy(payload.begin(), payload.end(), out.data() + udp_payload_offset(link));
    }
    return write_udp_frame(out, link, kReplyFlow, payload.size());
  });
}

TEST(WriteUdpFrame, MakesAFrameOfAnyLength) {
  for (std::size_t length = 0; length < 600; ++length) {
    const ByteVector payload = support::patterned(length);
    ASSERT_EQ(written_udp(kLink, payload, 2048),
              support::udp_frame(kEthernet, kReplyIpv4, kReplyUdp, payload))
        << length;
  }
}

TEST(WriteUdpFrame, RepeatsTheTags) {
  Link link = kLink;
  link.tags = {{{0x88a8, 100}, {0x8100, 5 << 13 | 7}}};
  support::EthernetSpec ethernet = kEthernet;
  ethernet.tags = {{.id = 100, .tpid = 0x88a8}, {.id = 7, .priority = 5}};
  const ByteVector payload = support::patterned(100);
  link.tag_count = 2;
  EXPECT_EQ(written_udp(link, payload, 2048),
            support::udp_frame(ethernet, kReplyIpv4, kReplyUdp, payload));
  link.tag_count = 1;
  ethernet.tags.pop_back();
  EXPECT_EQ(written_udp(link, payload, 2048),
            support::udp_frame(ethernet, kReplyIpv4, kReplyUdp, payload));
}

TEST(WriteUdpFrame, SendsAChecksumOfZeroAsAllOnes) {
  // The payload that makes the sum of everything 0xffff.
  const std::uint16_t rest = support::obvious_sum(support::udp_datagram(
      {.source_port = 69, .destination_port = 2070, .checksum = 0}, kReplyIpv4, ByteVector{0, 0}));
  const auto pseudo = support::partial_udp_checksum(kReplyIpv4, 10);
  const std::uint32_t missing = (0x1fffeu - rest - pseudo) % 0xffff;
  const ByteVector payload{static_cast<std::uint8_t>(missing >> 8),
                           static_cast<std::uint8_t>(missing)};
  const ByteVector frame = written_udp(kLink, payload, 2048);
  EXPECT_EQ(frame[40], 0xff);
  EXPECT_EQ(frame[41], 0xff);
  EXPECT_TRUE(parse_frame(frame, {}));
}

TEST(WriteUdpFrame, WritesNothingThatDoesNotFit) {
  const ByteVector payload = support::patterned(100);
  EXPECT_EQ(written_udp(kLink, payload, 142).size(), 142u);
  EXPECT_EQ(written_udp(kLink, payload, 141).size(), 0u);
  EXPECT_EQ(written_udp(kLink, {}, 60).size(), 60u);
  EXPECT_EQ(written_udp(kLink, {}, 59).size(), 0u);  // no room for the padding
  EXPECT_EQ(written_udp(kLink, {}, 0).size(), 0u);
}

TEST(WriteUdpFrame, StopsAtTheLargestIpv4Length) {
  const ByteVector largest = support::patterned(65535 - 28);
  EXPECT_EQ(written_udp(kLink, largest, 70000),
            support::udp_frame(kEthernet, kReplyIpv4, kReplyUdp, largest));
  EXPECT_TRUE(written_udp(kLink, support::patterned(65535 - 27), 70000).empty());
  ByteVector out(100);
  EXPECT_EQ(write_udp_frame(out, kLink, kReplyFlow, SIZE_MAX), 0u);
}

TEST(WriteArp, MakesAPaddedMessage) {
  const support::ArpSpec spec{.operation = 2,
                              .sender_mac = support::kServerMac,
                              .sender = support::kServerAddress,
                              .target_mac = support::kClientMac,
                              .target = support::kClientAddress};
  const ArpMessage message{ArpMessage::kReply, kLink.source, kServer, kLink.destination, kClient};
  const auto write = [&](base::MutableBytes out) { return write_arp(out, kLink, message); };
  EXPECT_EQ(written(60, write), support::arp_frame(kEthernet, spec));
  EXPECT_TRUE(written(59, write).empty());
  EXPECT_TRUE(written(20, write).empty());
}

TEST(WriteEchoReply, SendsBackWhatItWasSent) {
  for (const std::size_t length : {0u, 1u, 18u, 56u, 1472u}) {
    const ByteVector data = support::patterned(length);
    const ByteVector request = support::icmp_message({.identifier = 9, .sequence = 3}, data);
    const ByteVector reply = written(1514, [&](base::MutableBytes out) {
      return write_echo_reply(out, kLink, {kClient, kServer, request});
    });
    EXPECT_EQ(reply, support::icmp_frame(kEthernet, kReplyIpv4,
                                         {.type = 0, .identifier = 9, .sequence = 3}, data));
  }
}

TEST(WriteEchoReply, SumsAMessageOfZerosRight) {
  const ByteVector data(10);
  const ByteVector request = support::icmp_message({.identifier = 0, .sequence = 0}, data);
  EXPECT_EQ(written(100,
                    [&](base::MutableBytes out) {
                      return write_echo_reply(out, kLink, {kClient, kServer, request});
                    }),
            support::icmp_frame(kEthernet, kReplyIpv4, {.type = 0, .identifier = 0, .sequence = 0},
                                data));
}

TEST(WriteEchoReply, WritesNothingThatDoesNotFit) {
  const ByteVector request = support::icmp_message({}, support::patterned(100));
  ByteVector out(14 + 20 + 108);
  const IcmpEcho echo{kClient, kServer, request};
  EXPECT_EQ(write_echo_reply(out, kLink, echo), out.size());
  EXPECT_EQ(write_echo_reply(base::MutableBytes{out}.first(out.size() - 1), kLink, echo), 0u);
  const ByteVector huge(70000);
  ByteVector room(80000);
  EXPECT_EQ(write_echo_reply(room, kLink, {kClient, kServer, huge}), 0u);
}

TEST(WriteEchoRequest, IsWhatAHostWouldSend) {
  EXPECT_EQ(written(60,
                    [&](base::MutableBytes out) {
                      return write_echo_request(out, kLink, {kServer, kClient, 7, 0xfff0});
                    }),
            support::icmp_frame(kEthernet, kReplyIpv4,
                                {.type = 8, .identifier = 7, .sequence = 0xfff0}, {}));
  ByteVector out(59);
  EXPECT_EQ(write_echo_request(out, kLink, {kServer, kClient, 7, 1}), 0u);
}

}  // namespace
}  // namespace stentor::wire

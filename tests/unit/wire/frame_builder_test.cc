// SPDX-License-Identifier: BSD-3-Clause
// Goal: the frames that tests are built from are right themselves: each against bytes whose fields
// were set down and whose checksums were added up by hand.
#include "support/frame_builder.h"

#include <gtest/gtest.h>

#include "support/hex.h"

namespace stentor::support {
namespace {

ByteVector hex(std::string_view text) { return parse_hex(text).value(); }

TEST(FrameBuilder, BuildsATaggedUdpFrameToTheBit) {
  // IPv4: 4500+001f+4000+4011+0a14+1005+0a14+0002 = e95f -> 16a0.
  // UDP: 0a14+1005+0a14+0002+0011+000b + 0816+c030+000b + 0004+0700 = f3a0 -> 0c5f.
  EXPECT_EQ(udp_frame({.tags = {{.id = 100, .tpid = 0x88a8}, {.id = 7, .priority = 5}}}, {},
                      {.source_port = 2070, .destination_port = 49200}, hex("000407")),
            hex("020000000001 525400123456 88a80064 8100a007 0800"
                "4500001f 00004000 401116a0 0a141005 0a140002"
                "0816c030 000b0c5f 000407"
                "00000000000000"));
}

TEST(FrameBuilder, BuildsAnArpRequestToTheBit) {
  EXPECT_EQ(arp_frame({.destination = kBroadcastMac, .pad = false}, {}),
            hex("ffffffffffff 525400123456 0806"
                "0001 0800 06 04 0001 525400123456 0a141005 000000000000 0a140002"));
}

TEST(FrameBuilder, BuildsAnEchoRequestToTheBit) {
  // ICMP: 0800+0102+0001+6100 = 6a03 -> 95fc: an odd last byte is the high half of a word.
  // IPv4: 4500+001d+4000+4001+0a14+1005+0a14+0002 = e94d -> 16b2.
  EXPECT_EQ(icmp_frame({.pad = false}, {}, {}, hex("61")),
            hex("020000000001 525400123456 0800"
                "4500001d 00004000 400116b2 0a141005 0a140002"
                "0800 95fc 0102 0001 61"));
}

TEST(FrameBuilder, ForcesWrongFieldsOnDemand) {
  const ByteVector datagram = ipv4_datagram(
      {.version = 6, .header_words = 9, .total_length = 0x1234, .checksum = 0x5678}, {});
  EXPECT_EQ(datagram[0], 0x69);
  EXPECT_EQ((ByteVector{datagram[2], datagram[3]}), hex("1234"));
  EXPECT_EQ((ByteVector{datagram[10], datagram[11]}), hex("5678"));
  const ByteVector udp = udp_datagram({.length = 7, .checksum = 0xabcd}, {}, {});
  EXPECT_EQ((ByteVector{udp[4], udp[5], udp[6], udp[7]}), hex("0007abcd"));
}

TEST(Hex, ReadsPairsAndRefusesTheRest) {
  EXPECT_EQ(parse_hex(" 0aF0 \t01"), (ByteVector{0x0a, 0xf0, 0x01}));
  EXPECT_EQ(parse_hex(""), ByteVector{});
  EXPECT_EQ(parse_hex("0"), std::nullopt);
  EXPECT_EQ(parse_hex("0 a"), std::nullopt);
  EXPECT_EQ(parse_hex("0x"), std::nullopt);
  EXPECT_EQ(hex_of(ByteVector{0x0a, 0xf0}), "0af0");
}

}  // namespace
}  // namespace stentor::support

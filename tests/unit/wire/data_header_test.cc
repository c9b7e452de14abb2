// SPDX-License-Identifier: BSD-3-Clause
// Goal: the header that is adjusted from kept sums is, to the bit, the one made from scratch.
#include "wire/data_header.h"

#include <gtest/gtest.h>

#include "support/frame_builder.h"

namespace stentor::wire {
namespace {

using support::ByteVector;

const support::Ipv4Spec kIpv4{.source = support::kServerAddress,
                              .destination = support::kClientAddress};
const support::UdpSpec kUdp{.source_port = 49200, .destination_port = 2070};
const UdpFlow kFlow{*Ipv4Address::parse(support::kServerAddress),
                    *Ipv4Address::parse(support::kClientAddress), 49200, 2070};

constexpr std::array<std::uint16_t, 6> kNumbers{0, 1, 255, 256, 32768, 65535};

support::EthernetSpec ethernet_with(std::size_t tags) {
  support::EthernetSpec spec{
      .destination = support::kClientMac, .source = support::kServerMac, .pad = false};
  if (tags > 0) spec.tags.push_back({.id = 100, .tpid = 0x88a8});
  if (tags > 1) spec.tags.push_back({.id = 7, .priority = 5});
  return spec;
}

Link link_with(std::uint8_t tags) {
  Link link{*MacAddress::parse(support::kClientMac), *MacAddress::parse(support::kServerMac)};
  if (tags > 0) link.tags[0] = {0x88a8, 100};
  if (tags > 1) link.tags[1] = {0x8100, 5 << 13 | 7};
  link.tag_count = tags;
  return link;
}

ByteVector data_message(std::uint16_t number, const ByteVector& payload) {
  ByteVector message;
  support::append_u16(message, 3);
  support::append_u16(message, number);
  support::append(message, payload);
  return message;
}

ByteVector written(const DataHeader& header, std::uint16_t number, const ByteVector& payload,
                   DataChecksum method) {
  ByteVector out(kDataHeaderBytesMax, 0xee);
  out.resize(header.write(
      out, {number, static_cast<std::uint16_t>(payload.size()), sum_of(payload)}, method));
  return out;
}

TEST(DataHeader, IsTheFrontOfTheFrameThatIsMadeFromScratch) {
  for (std::uint8_t tags = 0; tags <= kVlanTagsMax; ++tags) {
    const DataHeader header(link_with(tags), kFlow);
    for (const std::size_t length : {0u, 1u, 512u, 1023u, 1468u, 8192u, 65503u}) {
      const ByteVector payload = support::patterned(length);
      for (const std::uint16_t number : kNumbers) {
        ByteVector frame =
            support::udp_frame(ethernet_with(tags), kIpv4, kUdp, data_message(number, payload));
        frame.resize(frame.size() - length);
        ASSERT_EQ(written(header, number, payload, DataChecksum::from_sum), frame)
            << +tags << " tags, block " << number << " of " << length;
      }
    }
  }
}

TEST(DataHeader, LeavesThePseudoHeaderSumToTheDevice) {
  const ByteVector payload = support::patterned(1468);
  support::UdpSpec udp = kUdp;
  udp.checksum = support::partial_udp_checksum(kIpv4, 8 + 4 + 1468);
  ByteVector frame = support::udp_frame(ethernet_with(0), kIpv4, udp, data_message(77, payload));
  frame.resize(kEthernetHeaderBytes + 32);
  EXPECT_EQ(written(DataHeader(link_with(0), kFlow), 77, payload, DataChecksum::device), frame);
}

TEST(DataHeader, NeverSendsAUdpChecksumOfZero) {
  const DataHeader header(link_with(0), kFlow);
  // Over all payload sums one makes the checksum 0, which would mean "none" (RFC 768).
  std::size_t all_ones = 0;
  ByteVector out(kDataHeaderBytesMax);
  for (std::uint32_t sum = 0; sum < 0xffff; ++sum) {
    ASSERT_NE(header.write(out, {1, 1468, sum}, DataChecksum::from_sum), 0u);
    ASSERT_FALSE(out[40] == 0 && out[41] == 0);
    if (out[40] == 0xff && out[41] == 0xff) ++all_ones;
  }
  EXPECT_EQ(all_ones, 1u);
}

TEST(DataHeader, TakesAnUnfoldedPayloadSum) {
  const DataHeader header(link_with(0), kFlow);
  ByteVector folded_out(kDataHeaderBytesMax);
  ByteVector unfolded_out(kDataHeaderBytesMax);
  header.write(folded_out, {1, 1468, 0x1235}, DataChecksum::from_sum);
  header.write(unfolded_out, {1, 1468, 0x1'0000'1234}, DataChecksum::from_sum);
  EXPECT_EQ(folded_out, unfolded_out);
}

TEST(DataHeader, KnowsItsWay) {
  for (std::uint8_t tags = 0; tags <= kVlanTagsMax; ++tags) {
    const DataHeader header(link_with(tags), kFlow);
    EXPECT_EQ(header.link(), link_with(tags));
    EXPECT_EQ(header.flow(), kFlow);
  }
}

TEST(DataHeader, WritesNothingThatDoesNotFit) {
  const DataHeader header(link_with(0), kFlow);
  ByteVector out(kDataHeaderBytesMax);
  EXPECT_EQ(header.write(base::MutableBytes{out}.first(kDataHeaderBytesMax - 1), {1, 512, 0},
                         DataChecksum::device),
            0u);
  EXPECT_EQ(header.write(out, {1, 65504, 0}, DataChecksum::device), 0u);
  EXPECT_EQ(header.write(out, {1, 65503, 0}, DataChecksum::device), 46u);
}

}  // namespace
}  // namespace stentor::wire

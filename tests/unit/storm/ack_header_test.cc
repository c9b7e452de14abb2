// SPDX-License-Identifier: BSD-3-Clause
// Goal: an ACK from the kept header is, byte for byte, the frame that the obvious way makes.
#include "storm/ack_header.h"

#include <gtest/gtest.h>

#include "support/frame_builder.h"
#include "support/tftp_builder.h"

namespace stentor::storm {
namespace {

struct Way {
  wire::Link link;
  wire::UdpFlow flow;
};

Way way(bool is_tagged) {
  Way made{.link = {.destination = *wire::MacAddress::parse(support::kServerMac),
                    .source = *wire::MacAddress::parse(support::kClientMac),
                    .tags = {},
                    .tag_count = 0},
           .flow = {.source = *wire::Ipv4Address::parse(support::kClientAddress),
                    .destination = *wire::Ipv4Address::parse(support::kServerAddress),
                    .source_port = 2070,
                    .destination_port = 50'000}};
  if (is_tagged) {
    made.link.tags[0] = {0x8100, 120};
    made.link.tag_count = 1;
  }
  return made;
}

TEST(AckHeaderTest, EveryNumberMakesTheFrameThatABuilderMakes) {
  // Goal: lengths, checksums and padding, with and without a tag, and where the sum is all ones.
  for (const bool is_tagged : {false, true}) {
    const Way to = way(is_tagged);
    const AckHeader header(to.link, to.flow);
    support::EthernetSpec ethernet;
    if (is_tagged) ethernet.tags = {{.id = 120}};
    for (std::uint32_t number = 0; number < 65'536; number += 1) {
      std::array<std::uint8_t, 64> frame;
      header.write(frame.data(), static_cast<std::uint16_t>(number), to.link.bytes());
      if (number % 257 != 0 && frame[to.link.bytes() + 26] != 0xff) continue;
      const auto wanted = support::udp_frame(ethernet, {}, {2070, 50'000},
                                             support::tftp_ack(static_cast<std::uint16_t>(number)));
      ASSERT_TRUE(std::equal(wanted.begin(), wanted.end(), frame.begin())) << number;
    }
  }
}

TEST(AckHeaderTest, OnlyTheOtherSideOfTheTransferAnswersIt) {
  // Goal: one wrong bit in either address or port is noticed.
  const Way to = way(false);
  const AckHeader header(to.link, to.flow);
  EXPECT_EQ(header.local_port(14), 2070);
  auto frame = support::udp_frame(
      {}, {.source = support::kServerAddress, .destination = support::kClientAddress},
      {50'000, 2070}, support::tftp_ack(1));
  EXPECT_TRUE(header.is_answered_by(frame.data() + 14, 14));
  for (std::size_t at = 26; at < 38; ++at) {
    frame[at] ^= 1;
    EXPECT_FALSE(header.is_answered_by(frame.data() + 14, 14)) << at;
    frame[at] ^= 1;
  }
}

}  // namespace
}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
// Goal: the fast sum is the obvious sum, whatever the length, the alignment and the carries.
#include "wire/checksum.h"

#include <gtest/gtest.h>

#include "support/frame_builder.h"

namespace stentor::wire {
namespace {

using support::ByteVector;

TEST(SumOf, AddsTheExampleOfRfc1071) {
  const ByteVector bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(sum_of(bytes), 0xddf2u);
  EXPECT_EQ(checksum(sum_of(bytes)), 0x220du);
}

TEST(SumOf, EqualsTheObviousSumAtEveryLengthAndAlignment) {
  const ByteVector bytes = support::patterned(320);
  for (std::size_t offset = 0; offset < 64; ++offset) {
    for (std::size_t length = 0; offset + length <= bytes.size(); ++length) {
      const base::Bytes run = base::Bytes{bytes}.subspan(offset, length);
      ASSERT_EQ(sum_of(run), support::obvious_sum(run)) << offset << " + " << length;
    }
  }
}

TEST(SumOf, LosesNoCarryOfTheLargestValues) {
  for (const std::size_t length : {1u, 2u, 63u, 64u, 65u, 1468u, 65535u, 1048577u}) {
    const ByteVector ones(length, 0xff);
    EXPECT_EQ(sum_of(ones), support::obvious_sum(ones)) << length;
  }
}

TEST(SumOf, IsZeroForZerosAlone) {
  EXPECT_EQ(sum_of({}), 0u);
  EXPECT_EQ(sum_of(ByteVector(1468)), 0u);
  ByteVector one(1468);
  one[1467] = 1;
  EXPECT_EQ(sum_of(one), 1u);
}

TEST(SumOf, IsAddedOverConsecutiveRuns) {
  const ByteVector bytes = support::patterned(1000);
  const base::Bytes all{bytes};
  for (std::size_t cut = 0; cut <= bytes.size(); cut += 2) {
    ASSERT_EQ(folded(sum_of(all.first(cut)) + sum_of(all.subspan(cut))), folded(sum_of(all)));
  }
}

TEST(Folded, KeepsTheSumModulo65535) {
  EXPECT_EQ(folded(0), 0u);
  EXPECT_EQ(folded(0xffff), 0xffffu);
  EXPECT_EQ(folded(0x10000), 1u);
  EXPECT_EQ(folded(0x1fffe), 0xffffu);
  EXPECT_EQ(folded(0xffff'ffff'ffff'ffff), 0xffffu);
  EXPECT_EQ(folded(0xffff'fffe'0001'0001), 0xffff'fffe'0001'0001 % 0xffff);
  EXPECT_EQ(folded(0x0001'0000'0000'0000), 1u);
}

TEST(UdpChecksum, IsNeverZero) {
  // RFC 768: a computed 0 is sent as all ones, because 0 means that there is none.
  EXPECT_EQ(udp_checksum(0xffff), 0xffffu);
  EXPECT_EQ(udp_checksum(0), 0xffffu);
  EXPECT_EQ(udp_checksum(0x1234), 0xedcbu);
  EXPECT_EQ(checksum(0xffff), 0u);
}

TEST(PseudoHeaderSum, IsWhatASenderLeavesToItsDevice) {
  const support::Ipv4Spec ip{.source = "192.168.255.254", .destination = "255.255.255.255"};
  EXPECT_EQ(folded(pseudo_header_sum(*Ipv4Address::parse(ip.source),
                                     *Ipv4Address::parse(ip.destination), 308)),
            support::partial_udp_checksum(ip, 308));
}

}  // namespace
}  // namespace stentor::wire

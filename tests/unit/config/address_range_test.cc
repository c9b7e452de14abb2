// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is left of a range is exactly what is in no exclusion, at the ends of the address
// space too.
#include "config/address_range.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

AddressRange range(std::uint32_t first, std::uint32_t last) {
  return {wire::Ipv4Address{first}, wire::Ipv4Address{last}};
}

std::string text(const std::vector<AddressRange>& ranges) {
  std::string all;
  for (const AddressRange& one : ranges) all += text_of(one) + " ";
  return all;
}

TEST(AddressRange, IsWholeWithoutExclusions) {
  EXPECT_EQ(text(without(range(5, 9), {})), "0.0.0.5-0.0.0.9 ");
  EXPECT_EQ(text(without(range(5, 9), {range(1, 4), range(10, 12)})), "0.0.0.5-0.0.0.9 ");
}

TEST(AddressRange, LosesWhatIsExcluded) {
  EXPECT_EQ(text(without(range(5, 9), {range(7, 7)})), "0.0.0.5-0.0.0.6 0.0.0.8-0.0.0.9 ");
  EXPECT_EQ(text(without(range(5, 9), {range(9, 20), range(0, 5)})), "0.0.0.6-0.0.0.8 ");
  EXPECT_EQ(text(without(range(5, 9), {range(5, 7), range(6, 6), range(8, 9)})), "");
  EXPECT_EQ(text(without(range(0, 0xffffffff), {range(0, 1), range(0xffffffff, 0xffffffff)})),
            "0.0.0.2-255.255.255.254 ");
}

TEST(AddressRange, KnowsWhatIsExcludedOfIt) {
  EXPECT_EQ(text(within(range(5, 9), {range(8, 20), range(0, 5), range(5, 5)})),
            "0.0.0.5 0.0.0.8-0.0.0.9 ");
  EXPECT_EQ(text(within(range(5, 9), {})), "");
}

TEST(AddressRange, CountsUpToAllAddresses) {
  EXPECT_EQ(size_of(range(7, 7)), 1u);
  EXPECT_EQ(size_of(range(0, 0xffffffff)), std::uint64_t{1} << 32);
}

}  // namespace
}  // namespace stentor::config

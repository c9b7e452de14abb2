// SPDX-License-Identifier: BSD-3-Clause
// Goal: names as labels, and what they have in common once.
#include "config/option_domain.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes encode(bool compresses, const std::vector<std::string>& names) {
  DomainEncoder encoder(compresses);
  Bytes bytes;
  for (const std::string& name : names) encoder.append(bytes, name);
  return bytes;
}

TEST(OptionDomain, WritesLabels) {
  EXPECT_EQ(encode(false, {"a.bc", "bc"}), (Bytes{1, 'a', 2, 'b', 'c', 0, 2, 'b', 'c', 0}));
}

// RFC 1035 section 4.1.4: a pointer ends a name; it may point to the end of any earlier one.
TEST(OptionDomain, PointsToWhatStandsThereAlready) {
  EXPECT_EQ(encode(true, {"a.bc", "bc"}), (Bytes{1, 'a', 2, 'b', 'c', 0, 0xc0, 2}));
  EXPECT_EQ(encode(true, {"bc", "a.bc", "a.bc"}),
            (Bytes{2, 'b', 'c', 0, 1, 'a', 0xc0, 0, 0xc0, 4}));
  EXPECT_EQ(encode(true, {"a.bc", "c"}), (Bytes{1, 'a', 2, 'b', 'c', 0, 1, 'c', 0}));
}

// 14 bits: what stands further on is written again.
TEST(OptionDomain, PointsNoFurtherThanAPointerReaches) {
  Bytes bytes(0x4000);
  DomainEncoder encoder(true);
  encoder.append(bytes, "ab");
  encoder.append(bytes, "ab");
  EXPECT_EQ(bytes.size(), 0x4000U + 8);
}

}  // namespace
}  // namespace stentor::config

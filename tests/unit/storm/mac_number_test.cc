// SPDX-License-Identifier: BSD-3-Clause
// Goal: a MAC address and its number are the same thing, from a frame too.
#include "storm/mac_number.h"

#include <array>
#include <gtest/gtest.h>

namespace stentor::storm {
namespace {

TEST(MacNumber, TheFirstByteIsTheHighest) {
  const wire::MacAddress mac{{0x02, 0x53, 0x54, 0x00, 0xff, 0x01}};
  EXPECT_EQ(mac_number(mac), 0x02535400ff01u);
  EXPECT_EQ(mac_of_number(0x02535400ff01), mac);
}

TEST(MacNumber, AFramesAddressIsReadWithoutWhatStandsBehindIt) {
  const std::array<std::uint8_t, 8> frame{0x02, 0x53, 0x54, 0x00, 0xff, 0x01, 0xaa, 0xbb};
  EXPECT_EQ(mac_number(frame.data()), 0x02535400ff01u);
}

TEST(MacNumber, EachByteCarriesIntoTheOneBeforeIt) {
  EXPECT_EQ(mac_of_number(0x0253ffffffffu + 1).text().view(), "02:54:00:00:00:00");
  EXPECT_EQ(mac_of_number(0).text().view(), "00:00:00:00:00:00");
  EXPECT_EQ(mac_of_number(0xffffffffffffu), wire::MacAddress::broadcast());
}

}  // namespace
}  // namespace stentor::storm

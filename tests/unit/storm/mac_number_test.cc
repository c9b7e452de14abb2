// SPDX-License-Identifier: BSD-3-Clause
// Goal: a MAC address has the same number in a frame as by itself.
#include "storm/mac_number.h"

#include <array>
#include <gtest/gtest.h>

#include "wire/address.h"

namespace stentor::storm {
namespace {

TEST(MacNumber, AFramesAddressIsReadWithoutWhatStandsBehindIt) {
  const std::array<std::uint8_t, 8> frame{0x02, 0x53, 0x54, 0x00, 0xff, 0x01, 0xaa, 0xbb};
  EXPECT_EQ(mac_number(frame.data()), 0x02535400ff01u);
  EXPECT_EQ(wire::MacAddress::of_number(mac_number(frame.data())).text().view(),
            "02:53:54:00:ff:01");
}

}  // namespace
}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
// Goal: the name of option 81 is read where it is text, and nowhere else. What is answered to it
// stands in tests/golden.
#include "dhcp/fqdn.h"

#include <gtest/gtest.h>

#include "support/dhcp_builder.h"

namespace stentor::dhcp {
namespace {

std::string name_in(const support::DhcpBytes& option) {
  Options options;
  options.fqdn = option;
  return std::string(base::as_text(fqdn_text(options)));
}

TEST(Fqdn, HasANameBehindItsFlagsAndCodes) {
  EXPECT_EQ(name_in({0, 0, 0, 'n', '7'}), "n7");
  EXPECT_EQ(name_in({1, 255, 255, 'n', '7'}), "n7");
}

TEST(Fqdn, HasNoneInTheWireFormatOfDns) { EXPECT_EQ(name_in({4, 0, 0, 2, 'n', '7', 0}), ""); }

TEST(Fqdn, HasNoneWhereItIsTooShort) {
  EXPECT_EQ(name_in({}), "");
  EXPECT_EQ(name_in({0, 0}), "");
  EXPECT_EQ(name_in({0, 0, 0}), "");
}

}  // namespace
}  // namespace stentor::dhcp

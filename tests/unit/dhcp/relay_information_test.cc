// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/relay_information.h"

#include <gtest/gtest.h>

#include "support/dhcp_builder.h"

namespace stentor::dhcp {
namespace {

using support::DhcpBytes;

TEST(RelayInformation, says_nothing_where_nothing_was_said) {
  // Goal: without option 82, or without what is read of it, everything is absent.
  for (const DhcpBytes& option : {DhcpBytes{}, DhcpBytes{1, 2, 'c', '1'}}) {
    const auto said = parse_relay_information(option);
    ASSERT_TRUE(said);
    EXPECT_FALSE(said->link || said->server_identifier || said->has_source_port);
  }
}

TEST(RelayInformation, reads_each_sub_option_wherever_it_stands) {
  // Goal: RFC 3527, 5107, 8357 in any order, between others.
  const DhcpBytes option{19, 0, 1, 1, 'c', 11, 4, 10, 0, 0, 1, 5, 4, 10, 9, 0, 0};
  const auto said = parse_relay_information(option);
  ASSERT_TRUE(said);
  EXPECT_TRUE(said->has_source_port);
  EXPECT_EQ(said->server_identifier, wire::Ipv4Address{0x0a000001});
  EXPECT_EQ(said->link, wire::Ipv4Address{0x0a090000});
}

TEST(RelayInformation, refuses_what_has_another_form) {
  // Goal: a length that the RFC does not allow, or no machine's address, is named as malformed.
  for (const DhcpBytes& option :
       {DhcpBytes{5, 0}, DhcpBytes{5, 5, 10, 0, 0, 1, 1}, DhcpBytes{11, 3, 10, 0, 0},
        DhcpBytes{11, 4, 0, 0, 0, 0}, DhcpBytes{5, 4, 224, 0, 0, 1}, DhcpBytes{19, 1, 0}}) {
    const auto said = parse_relay_information(option);
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error(), wire::DropReason::dhcp_malformed);
  }
}

}  // namespace
}  // namespace stentor::dhcp

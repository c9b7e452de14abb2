// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/configuration.h"

#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

class ConfigurationTest : public ExchangeTest {
 protected:
  support::DhcpReply offer_for(support::DhcpBytes list, std::uint16_t limit = 1472) {
    support::DhcpSpec spec = message(kDiscover);
    spec.options.push_back({55, std::move(list)});
    spec.options.push_back({57, support::number_value(limit, 2)});
    return reply_to(spec);
  }
};

TEST_F(ConfigurationTest, sends_the_parts_of_a_split_option_one_behind_the_other) {
  // Goal: RFC 3396 section 5: the parts of one value are consecutive here.
  const auto offer = offer_for({224, 3});
  const int first = offer.place_of(224);
  ASSERT_GE(first, 0);
  EXPECT_EQ(offer.options[static_cast<std::size_t>(first)].value.size(), 255U);
  EXPECT_EQ(offer.options[static_cast<std::size_t>(first) + 1].code, 224);
  EXPECT_EQ(offer.options[static_cast<std::size_t>(first) + 1].value.size(), 45U);
}

TEST_F(ConfigurationTest, takes_a_later_option_that_fits_when_an_earlier_one_does_not) {
  // Goal: one long option does not cost the client its router.
  const auto offer = offer_for({224, 3}, 576);
  EXPECT_EQ(offer.place_of(224), -1);
  EXPECT_TRUE(offer.find(3));
}

TEST_F(ConfigurationTest, sends_no_option_twice_for_any_list) {
  // Goal: every code in the list, in both directions, twice, makes a reply without doubles.
  support::DhcpBytes list;
  for (int code = 0; code < 120; ++code) list.push_back(static_cast<std::uint8_t>(code));
  for (int code = 119; code >= 0; --code) list.push_back(static_cast<std::uint8_t>(code));
  const auto offer = offer_for(list);
  std::map<int, int> seen;
  for (const auto& option : offer.options) EXPECT_EQ(++seen[option.code], 1) << option.code;
}

TEST_F(ConfigurationTest, lets_the_operators_own_175_stand) {
  // Goal: what is configured for iPXE is not overruled.
  config::Settings settings = support::example_settings();
  settings.dhcp.subnets[0].options.push_back({175, {1, 1, 9}, true});
  support::DhcpFixture server(settings);
  support::DhcpSpec spec = message(kDiscover);
  spec.options.push_back({77, support::text_value("iPXE")});
  const auto decision = server.answer(dhcp_message(spec), arrival_);
  const auto offer = server.read(std::get<Reply>(decision)).value();
  EXPECT_EQ(offer.find(175), (support::DhcpBytes{1, 1, 9}));
}

}  // namespace
}  // namespace stentor::dhcp

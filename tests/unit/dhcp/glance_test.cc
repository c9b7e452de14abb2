// SPDX-License-Identifier: BSD-3-Clause
// Goal: whom a glance sees is whom answer() will look for, on the link and behind a relay; of
// anything unusual it sees nobody, whatever its length.
#include "dhcp/glance.h"

#include "dhcp/message.h"
#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

class GlanceTest : public ExchangeTest {
 protected:
  std::optional<lease::Owner> glance(const support::DhcpBytes& message) {
    const auto sender = glance_at_sender(server_.policy(), arrival_.network, message);
    return sender ? std::optional(sender->owner) : std::nullopt;
  }
};

TEST_F(GlanceTest, sees_the_owner_of_the_lease) {
  for (const char* giaddr : {"0.0.0.0", "10.23.0.1"}) {
    support::DhcpSpec spec = message(1);
    spec.giaddr = giaddr;
    const support::DhcpBytes bytes = dhcp_message(spec);
    const auto seen = glance(bytes);
    ASSERT_TRUE(seen) << giaddr;
    EXPECT_FALSE(server_.leases().find(*seen)) << giaddr;
    ASSERT_TRUE(std::holds_alternative<Reply>(server_.answer(bytes, arrival_))) << giaddr;
    EXPECT_TRUE(server_.leases().find(*seen)) << giaddr;
  }
}

TEST_F(GlanceTest, sees_nobody_in_what_is_unusual) {
  support::DhcpSpec spec = message(1);
  const support::DhcpBytes usual = dhcp_message(spec);
  for (std::size_t bytes = 0; bytes < sizeof(Header); ++bytes) {
    EXPECT_FALSE(glance({usual.begin(), usual.begin() + static_cast<std::ptrdiff_t>(bytes)}));
  }
  spec.hlen = 0;
  EXPECT_FALSE(glance(dhcp_message(spec)));
  spec.hlen = 6;
  spec.htype = 32;
  EXPECT_FALSE(glance(dhcp_message(spec)));
  spec.htype = 1;
  spec.giaddr = "192.0.2.1";
  EXPECT_FALSE(glance(dhcp_message(spec))) << "an unknown relay";
  arrival_.network = 1;
  spec.giaddr = "0.0.0.0";
  EXPECT_FALSE(glance(dhcp_message(spec))) << "a network without a subnet";
}

TEST_F(GlanceTest, tells_clients_apart_by_a_key) {
  constexpr base::HashKey kKey{7, 1};
  const support::DhcpBytes one = dhcp_message(message(1));
  const auto seen = glance_at_client(kKey, one);
  ASSERT_TRUE(seen);
  EXPECT_EQ(glance_at_client(kKey, one), seen);
  EXPECT_NE(glance_at_client(kKey, dhcp_message(message(1, 2))), seen);
  EXPECT_NE(glance_at_client({8, 1}, one), seen);
  EXPECT_FALSE(glance_at_client(kKey, base::Bytes(one).first(sizeof(Header) - 1)));
}

}  // namespace
}  // namespace stentor::dhcp

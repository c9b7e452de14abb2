// SPDX-License-Identifier: BSD-3-Clause
// Goal: what another server's lease file says of a client leads to the same lease as the client's
// own messages, whatever the subnet identifies clients by.
#include "dhcp/client_owner.h"

#include <gtest/gtest.h>

#include "config/parse.h"
#include "support/dhcp_fixture.h"

namespace stentor::dhcp {
namespace {

using support::address;

constexpr std::string_view kConfig = R"(
ports:
  - name: boot0
    device: "vdev:net_null0"
    networks: [{address: 10.20.0.2/16}, {vlan: 21, address: 10.21.0.2/16}]
images: {root: /srv}
dhcp:
  subnets:
    - subnet: 10.20.0.0/16
      pools: [10.20.16.10-10.20.16.19]
      reservations:
        - {mac: ["52:54:00:00:01:07", "52:54:00:00:01:08"], address: 10.20.1.7}
        - {client-id: "0xff0102", address: 10.20.1.8}
    - {subnet: 10.21.0.0/16, pools: [10.21.16.10-10.21.16.19], identify-by: client-id}
)";

class ClientOwnerTest : public testing::Test {
 protected:
  static config::Settings settings() {
    auto parsed = config::parse_settings(kConfig, "test");
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error()[0].text());
    return *std::move(parsed);
  }

  // The address that the client gets on a network, and who has it by the table.
  std::pair<wire::Ipv4Address, lease::Owner> lease_of(NetworkIndex network, std::uint8_t client,
                                                      const support::DhcpBytes& client_id) {
    support::DhcpSpec spec;
    spec.chaddr = {0x52, 0x54, 0, 0, 1, client};
    spec.options = {{53, {1}}};
    if (!client_id.empty()) spec.options.push_back({61, client_id});
    Arrival arrival = support::DhcpFixture::arrival();
    arrival.network = network;
    const Decision decision = server_.answer(dhcp_message(spec), arrival);
    const auto* reply = std::get_if<Reply>(&decision);
    if (reply == nullptr) return {};
    const wire::Ipv4Address offered{
        static_cast<std::uint32_t>(server_.read(*reply)->number_at(16, 4))};
    return {offered, server_.leases().owner_at(offered).value_or(lease::Owner{})};
  }

  std::optional<lease::Owner> known(wire::Ipv4Address at, std::uint8_t client,
                                    const support::DhcpBytes& client_id) {
    const std::array<std::uint8_t, 6> hardware{0x52, 0x54, 0, 0, 1, client};
    return owner_of_known(
        server_.policy(), at,
        {.htype = 1, .hardware = hardware, .client_identifier = base::Bytes(client_id)});
  }

  support::DhcpFixture server_{settings()};
};

TEST_F(ClientOwnerTest, IsTheSameByAFileAsByAMessage) {
  const support::DhcpBytes none;
  const support::DhcpBytes some{0xff, 1, 3};
  const support::DhcpBytes reserved{0xff, 1, 2};
  const support::DhcpBytes too_short{1};
  const std::array<const support::DhcpBytes*, 4> identifiers{&none, &some, &reserved, &too_short};
  for (NetworkIndex network = 0; network < 2; ++network) {
    for (const std::uint8_t client : {std::uint8_t{7}, std::uint8_t{8}, std::uint8_t{9}}) {
      for (const support::DhcpBytes* identifier : identifiers) {
        const auto [at, owner] = lease_of(network, client, *identifier);
        ASSERT_FALSE(at.is_zero());
        EXPECT_EQ(known(at, client, *identifier), owner)
            << network << " " << int{client} << " " << identifier->size();
      }
    }
  }
}

TEST_F(ClientOwnerTest, OfAMachineWithTwoAddressesIsOne) {
  EXPECT_EQ(known(address("10.20.1.7"), 7, {}), known(address("10.20.1.7"), 8, {}));
  EXPECT_NE(known(address("10.20.16.10"), 8, {}), known(address("10.20.16.10"), 9, {}));
}

TEST_F(ClientOwnerTest, OfWhomNothingIsKnownIsNobody) {
  EXPECT_FALSE(owner_of_known(server_.policy(), address("10.20.16.10"), {}));
  EXPECT_FALSE(known(address("192.0.2.1"), 9, {})) << "no subnet has the address";
  const std::array<std::uint8_t, 17> too_long{};
  EXPECT_FALSE(owner_of_known(server_.policy(), address("10.20.16.10"),
                              {.htype = 32, .hardware = too_long}));
}

}  // namespace
}  // namespace stentor::dhcp

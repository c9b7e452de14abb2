// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/policy.h"

#include <gtest/gtest.h>

#include "support/dhcp_fixture.h"

namespace stentor::dhcp {
namespace {

using support::address;

Policy make(const config::Settings& settings) { return Policy(settings, {1, 2}); }

TEST(Policy, numbers_networks_over_all_ports) {
  // Goal: the worker's number of a network is the policy's.
  config::Settings settings = support::example_settings();
  settings.ports.push_back(settings.ports[0]);
  settings.ports[1].networks.resize(1);
  settings.ports[1].networks[0].address.address = address("10.21.0.2");
  const Policy policy = make(settings);
  ASSERT_EQ(policy.networks(), 4U);
  EXPECT_EQ(policy.network(1).mode, config::DhcpMode::proxy);
  EXPECT_EQ(policy.network(3).own.address, address("10.21.0.2"));
  EXPECT_EQ(policy.network(3).own.text.view(), "10.21.0.2");
  EXPECT_EQ(policy.network(3).subnet, 1);
  EXPECT_EQ(policy.network(1).subnet, std::nullopt);
}

TEST(Policy, knows_which_addresses_are_ours) {
  // Goal: a server identifier of any own network counts, nothing beside it.
  const Policy policy = make(support::example_settings());
  EXPECT_NE(policy.find_own(address("10.120.0.2")), nullptr);
  EXPECT_EQ(policy.find_own(address("10.120.0.3")), nullptr);
  EXPECT_EQ(policy.find_own(address("10.120.0.1")), nullptr);
  EXPECT_EQ(policy.find_own({}), nullptr);
}

TEST(Policy, finds_the_subnet_of_an_address) {
  // Goal: first and last address belong to it, their neighbours do not.
  const Policy policy = make(support::example_settings());
  EXPECT_EQ(policy.find_subnet(address("10.20.0.0")), 0);
  EXPECT_EQ(policy.find_subnet(address("10.20.255.255")), 0);
  EXPECT_EQ(policy.find_subnet(address("10.21.0.0")), 1);
  EXPECT_EQ(policy.find_subnet(address("10.19.255.255")), std::nullopt);
  EXPECT_EQ(policy.find_subnet(address("10.22.0.0")), std::nullopt);
}

TEST(Policy, trusts_only_listed_relays_if_there_is_a_list) {
  // Goal: with `relays`, an address inside a subnet alone makes no relay (DESIGN section 4).
  config::Settings settings = support::example_settings();
  settings.dhcp.relays =
      std::vector<config::Relay>{{address("10.99.0.1"), {{address("10.21.0.0"), 16}}},
                                 {address("10.21.0.1"), {}},
                                 {address("10.98.0.1"), {{address("10.97.0.0"), 16}}}};
  const Policy policy = make(settings);
  EXPECT_EQ(policy.find_relay(address("10.99.0.1"))->subnet, 1);
  EXPECT_EQ(policy.find_relay(address("10.21.0.1"))->subnet, 1);
  ASSERT_TRUE(policy.find_relay(address("10.98.0.1")));
  EXPECT_EQ(policy.find_relay(address("10.98.0.1"))->subnet, std::nullopt);
  EXPECT_FALSE(policy.find_relay(address("10.21.0.7")));
}

TEST(Policy, allows_pool_alone) {
  // Goal: of all addresses, a client without a reservation may have its own subnet's pool, less
  // what is reserved.
  const Policy policy = make(support::example_settings());
  const Subnet& subnet = policy.subnet(0);
  EXPECT_TRUE(policy.allows(subnet, 0, address("10.20.16.10")));
  EXPECT_FALSE(policy.allows(subnet, 0, address("10.20.16.9")));
  EXPECT_FALSE(policy.allows(subnet, 0, address("10.20.16.15")));
  EXPECT_FALSE(policy.allows(subnet, 0, address("10.21.16.10")));
  EXPECT_FALSE(policy.allows(subnet, 0, address("10.20.0.2")));
  EXPECT_FALSE(policy.allows(subnet, 0, address("10.20.1.9")));
}

TEST(Policy, encodes_options_once) {
  // Goal: code, length and value stand ready; mask and broadcast address come from the prefix.
  const Policy policy = make(support::example_settings());
  const EncodedOption* mask = policy.subnet(0).options.find(1);
  ASSERT_NE(mask, nullptr);
  EXPECT_EQ(mask->bytes, (std::vector<std::uint8_t>{1, 4, 255, 255, 0, 0}));
  EXPECT_EQ(policy.subnet(0).options.find(224)->bytes.size(), 304U);
  EXPECT_TRUE(policy.subnet(0).options.find(6)->always);
  EXPECT_EQ(policy.subnet(1).options.find(6), nullptr);
}

TEST(Policy, lets_the_operator_set_mask_and_broadcast_address) {
  // Goal: an option that is configured is not doubled.
  config::Settings settings = support::example_settings();
  settings.dhcp.subnets[0].options = {{1, {255, 255, 255, 0}, false}};
  const Policy policy = make(settings);
  EXPECT_EQ(policy.subnet(0).options.options().size(), 2U);
  EXPECT_EQ(policy.subnet(0).options.find(1)->bytes[4], 255);
}

TEST(Policy, looks_boot_files_up_as_the_catalogue_has_them) {
  // Goal: the path of a boot file is normalised as an RRQ's is; the client is told what was
  // written.
  config::Settings settings = support::example_settings();
  settings.boot_rules.at(0).target = {.file = "\\efi\\.//boot.ipxe", .server = {}};
  const Policy policy = make(settings);
  const BootTarget& target = policy.boot_rules()[0].target;
  EXPECT_EQ(std::string(target.catalogue_path.begin(), target.catalogue_path.end()),
            "efi/boot.ipxe");
  EXPECT_EQ(target.file.end, "\\efi\\.//boot.ipxe");
}

TEST(Policy, numbers_directories_with_words) {
  // Goal: one for each architecture where it depends on that; none that TFTP could not fill in.
  config::Settings settings = support::example_settings();
  const auto directories_of = [&settings](const char* file) {
    settings.boot_rules.at(0).target = {.file = file, .server = {}};
    const Policy policy = make(settings);
    std::vector<std::string> written;
    for (const std::uint64_t number : policy.boot_rules()[0].target.directories) {
      const auto* directory = policy.find_directory(number);
      written.push_back(directory == nullptr ? "none" : directory->written());
    }
    return written;
  };
  EXPECT_EQ(directories_of("{mac}"), std::vector<std::string>{});
  EXPECT_EQ(directories_of("a\\{mac}/b/x-{arch}"), std::vector<std::string>{"a/{mac}/b"});
  EXPECT_EQ(directories_of("{uuid}/x"), std::vector<std::string>{"none"});
  const auto by_architecture = directories_of("{arch}/{mac}/x");
  ASSERT_EQ(by_architecture.size(), 42u);
  EXPECT_EQ(by_architecture[7], "efi-x64/{mac}");
  EXPECT_EQ(by_architecture[9], "efi-x64/{mac}");
  EXPECT_EQ(by_architecture[41], "rpiboot/{mac}");
}

TEST(Policy, never_grants_for_ever) {
  // Goal: a configured time beyond 32 bits does not become RFC 2131's infinity, or zero.
  config::Settings settings = support::example_settings();
  settings.dhcp.lease_time.max = std::chrono::hours{24 * 365 * 200};
  settings.dhcp.lease_time.min = base::Duration{0};
  const Policy policy = make(settings);
  EXPECT_EQ(policy.lease_seconds().max, 0xfffffffeU);
  EXPECT_EQ(policy.lease_seconds().min, 1U);
}

}  // namespace
}  // namespace stentor::dhcp

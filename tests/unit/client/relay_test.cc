// SPDX-License-Identifier: BSD-3-Clause
// Goal: a relay changes hops, giaddr and option 82 and nothing else, and notices when the option
// has not come back as it went.
#include "client/relay.h"

#include <gtest/gtest.h>

#include "client/dhcp_message.h"
#include "support/dhcp_builder.h"

namespace stentor::client {
namespace {

constexpr wire::Ipv4Address kRelay{0x0a150001};

std::vector<std::uint8_t> discover() {
  std::vector<std::uint8_t> bytes(700);
  bytes.resize(write_dhcp_message(DhcpProfile{}, {}, {.address = {}, .server = {}}, bytes));
  return bytes;
}

TEST(RelayTest, ARequestGoesOnWithGiaddrAndOption82) {
  // Goal: option 82 is the last; the client's options stand as they were (RFC 3046 section 2.1).
  const AgentOption option = *make_agent_option("eth7");
  std::vector<std::uint8_t> bytes = discover();
  const auto before = support::read_dhcp_reply(bytes);
  const std::size_t length = bytes.size();
  bytes.resize(length + option.length);
  bytes.resize(relay_request(bytes, length, kRelay, option));
  const auto after = support::read_dhcp_reply(bytes);
  ASSERT_TRUE(before && after && after->ended && after->only_pads_behind);
  EXPECT_EQ(after->giaddr(), "10.21.0.1");
  EXPECT_EQ(after->bytes[3], 1);
  ASSERT_EQ(after->options.size(), before->options.size() + 1);
  EXPECT_EQ(after->options.back().code, 82);
  EXPECT_EQ(after->options.back().value, (support::DhcpBytes{1, 4, 'e', 't', 'h', '7'}));
}

TEST(RelayTest, WhatDoesNotFitOrHasNoEndIsNotRelayed) {
  // Goal: no room, no END, a length beyond the buffer, an option that runs out of the message.
  const AgentOption option = *make_agent_option("eth7");
  std::vector<std::uint8_t> bytes(240, 0);
  EXPECT_EQ(relay_request(bytes, 240, kRelay, option), 0u);
  bytes.push_back(255);
  EXPECT_EQ(relay_request(bytes, 241, kRelay, option), 0u);
  EXPECT_EQ(relay_request(bytes, 500, kRelay, option), 0u);
  bytes.back() = 53;
  EXPECT_EQ(relay_request(bytes, 241, kRelay, option), 0u);
  EXPECT_FALSE(make_agent_option(std::string(kCircuitIdMax + 1, 'x')).has_value());
}

TEST(RelayTest, TheOptionComesBackVerbatimAndLastOrNotAtAll) {
  // Goal: each way to return it wrong (RFC 3046 section 2.2).
  const AgentOption option = *make_agent_option("eth7");
  support::DhcpSpec spec;
  spec.op = 2;
  spec.giaddr = "10.21.0.1";
  const support::DhcpOption type{53, {5}};
  const support::DhcpOption right{82, {1, 4, 'e', 't', 'h', '7'}};
  const auto finds = [&](std::vector<support::DhcpOption> options) {
    spec.options = std::move(options);
    return find_returned_option(support::dhcp_message(spec), kRelay, option).has_value();
  };
  EXPECT_TRUE(finds({type, right}));
  EXPECT_FALSE(finds({right, type}));
  EXPECT_FALSE(finds({type}));
  EXPECT_FALSE(finds({type, {82, {1, 4, 'e', 't', 'h', '8'}}}));
  spec.giaddr = "10.21.0.2";
  EXPECT_FALSE(finds({type, right}));
  // An agent that adds none wants none of its own back.
  spec.giaddr = "10.21.0.1";
  spec.options = {type};
  EXPECT_TRUE(find_returned_option(support::dhcp_message(spec), kRelay, {}).has_value());
  EXPECT_FALSE(find_returned_option(std::vector<std::uint8_t>(100), kRelay, {}).has_value());
}

}  // namespace
}  // namespace stentor::client

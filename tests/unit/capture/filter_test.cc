// SPDX-License-Identifier: BSD-3-Clause
// Goal: a filter takes the frames that it is about, however they are wrapped, and reads nothing
// beyond one that is cut short.
#include "capture/filter.h"

#include <gtest/gtest.h>

#include "support/dhcp_builder.h"
#include "support/frame_builder.h"

namespace stentor::capture {
namespace {

using support::ByteVector;

constexpr const char* kOther = "02:00:00:00:00:99";

Filter of_mac(const char* text) { return {.mac = wire::MacAddress::parse(text)}; }
Filter of_address(const char* text) { return {.address = wire::Ipv4Address::parse(text)}; }
Filter of_port(std::uint16_t port) { return {.port = port}; }

ByteVector request(std::uint16_t from = 2070, std::uint16_t to = 69,
                   std::vector<support::TagSpec> tags = {}) {
  return support::udp_frame({.tags = std::move(tags)}, {}, {from, to}, support::patterned(20));
}

ByteVector message(const char* ciaddr) {
  support::DhcpSpec spec;
  spec.ciaddr = ciaddr;
  return support::dhcp_message(spec);
}

ByteVector relayed_discover() {
  return support::udp_frame({.source = kOther}, {.source = "10.30.0.1"}, {67, 67},
                            message("10.40.0.7"));
}

TEST(Filter, TakesEveryFrameUnlessItIsToldMore) {
  EXPECT_TRUE(matches({}, request()));
  EXPECT_TRUE(matches({}, support::patterned(3)));
  EXPECT_TRUE(matches({}, {}));
}

TEST(Filter, KnowsTheMacAddressOfEitherSide) {
  EXPECT_TRUE(matches(of_mac(support::kClientMac.data()), request()));
  EXPECT_TRUE(matches(of_mac(support::kServerMac.data()), request()));
  EXPECT_FALSE(matches(of_mac(kOther), request()));
}

TEST(Filter, KnowsAMachineBehindARelayByItsDhcp) {
  EXPECT_TRUE(matches(of_mac(support::kClientMac.data()), relayed_discover()));
  EXPECT_TRUE(matches(of_address("10.40.0.7"), relayed_discover()));
  // The same bytes on other ports are no DHCP.
  const ByteVector other =
      support::udp_frame({.source = kOther}, {}, {2070, 69}, message("10.40.0.7"));
  EXPECT_FALSE(matches(of_mac(support::kClientMac.data()), other));
  EXPECT_FALSE(matches(of_address("10.40.0.7"), other));
}

TEST(Filter, KnowsTheAddressThatAClientAsksFor) {
  const auto asking = [](std::vector<support::DhcpOption> options) {
    support::DhcpSpec spec;
    spec.options = std::move(options);
    return support::udp_frame({}, {.source = "0.0.0.0"}, {68, 67}, support::dhcp_message(spec));
  };
  const support::DhcpOption type{53, {3}};
  const support::DhcpOption wanted{50, support::address_value("10.40.0.7")};
  EXPECT_TRUE(matches(of_address("10.40.0.7"), asking({type, wanted})));
  EXPECT_FALSE(matches(of_address("10.40.0.8"), asking({type, wanted})));
  EXPECT_FALSE(matches(of_address("10.40.0.7"), asking({type, {50, {10, 40, 0}}})));
  EXPECT_FALSE(matches(of_address("10.40.0.7"),
                       asking({type, {255, {}}, {50, support::address_value("10.40.0.7")}})));
}

TEST(Filter, KnowsTheAddressesOfIpv4AndArp) {
  for (const char* address : {support::kClientAddress.data(), support::kServerAddress.data()}) {
    EXPECT_TRUE(matches(of_address(address), request()));
    EXPECT_TRUE(matches(of_address(address), support::arp_frame({}, {})));
  }
  EXPECT_FALSE(matches(of_address("10.20.16.6"), request()));
  EXPECT_FALSE(matches(of_address("10.20.16.6"), support::arp_frame({}, {})));
}

TEST(Filter, KnowsThePortOfEitherSideBehindTagsAndOptions) {
  for (const std::uint16_t port : {std::uint16_t{2070}, std::uint16_t{69}}) {
    EXPECT_TRUE(matches(of_port(port), request()));
    EXPECT_TRUE(matches(of_port(port), request(2070, 69, {{.id = 7}})));
    EXPECT_TRUE(matches(of_port(port), request(2070, 69, {{.id = 7, .tpid = 0x88a8}, {.id = 8}})));
    EXPECT_TRUE(matches(of_port(port), support::udp_frame({}, {.options = ByteVector(8, 1)},
                                                          {2070, 69}, support::patterned(9))));
  }
  EXPECT_FALSE(matches(of_port(70), request()));
}

TEST(Filter, FindsNoPortWhereThereIsNone) {
  // A fragment that is not the first; TCP; ARP; a header that claims to be longer than the frame.
  const auto frame = [](const support::Ipv4Spec& ip) {
    return support::udp_frame({}, ip, {2070, 69}, support::patterned(9));
  };
  EXPECT_TRUE(matches(of_port(69), frame({.flags_and_offset = 0x2000})));
  EXPECT_FALSE(matches(of_port(69), frame({.flags_and_offset = 0x2001})));
  EXPECT_FALSE(matches(of_port(69), frame({.protocol = support::kProtocolTcp})));
  EXPECT_FALSE(matches(of_port(69), frame({.header_words = std::uint8_t{15}})));
  EXPECT_FALSE(matches(of_port(69), frame({.header_words = std::uint8_t{4}})));
  EXPECT_FALSE(matches(of_port(0), support::arp_frame({}, {})));
}

TEST(Filter, WantsAllThatIsGiven) {
  Filter filter = of_mac(support::kClientMac.data());
  filter.port = 69;
  EXPECT_TRUE(matches(filter, request()));
  filter.address = wire::Ipv4Address::parse("10.20.16.6");
  EXPECT_FALSE(matches(filter, request()));
}

// Each cut is memory of its own, whose end AddressSanitizer guards.
TEST(Filter, ReadsNothingBehindTheEnd) {
  Filter filter = of_mac("06:00:00:00:00:01");
  for (const ByteVector& whole :
       {relayed_discover(), support::arp_frame({}, {}), request(1, 2, {{.id = 7}, {.id = 8}})}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const ByteVector cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_FALSE(matches(filter, cut));
      EXPECT_FALSE(matches(of_address("10.99.99.99"), cut));
      EXPECT_FALSE(matches(of_port(9), cut));
    }
  }
}

}  // namespace
}  // namespace stentor::capture

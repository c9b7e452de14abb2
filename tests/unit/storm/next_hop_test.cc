// SPDX-License-Identifier: BSD-3-Clause
// Goal: one request an address and a second, answers kept by VLAN, nothing learnt that nobody
// asked.
#include "storm/next_hop.h"

#include <gtest/gtest.h>
#include <memory>
#include <set>

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kHopStart{1h};
constexpr wire::Ipv4Address kServer{0x0a140002};
constexpr wire::MacAddress kHopMac{{2, 0, 0, 0, 0, 1}};

TEST(NextHopTest, OneAsksAndAllKnow) {
  // Goal: a second claim within a second is refused; the answer changes the version once.
  const auto hops = std::make_unique<NextHops>();
  const std::uint16_t hop = hops->find_or_add(5, kServer);
  EXPECT_EQ(hops->find_or_add(5, kServer), hop);
  EXPECT_EQ(hops->address(hop), kServer);
  EXPECT_TRUE(hops->claim_request(hop, kHopStart));
  EXPECT_FALSE(hops->claim_request(hop, kHopStart + 999ms));
  EXPECT_TRUE(hops->claim_request(hop, kHopStart + 1s));
  EXPECT_FALSE(hops->mac(hop).has_value());
  const std::uint32_t version = hops->version();
  hops->learn(5, kServer, kHopMac);
  hops->learn(5, kServer, kHopMac);
  EXPECT_EQ(hops->mac(hop), kHopMac);
  EXPECT_EQ(hops->version(), version + 1);
}

TEST(NextHopTest, OnlyWhatWasAskedForIsLearnt) {
  // Goal: not another VLAN's, not an address that nobody needs, not a group MAC.
  const auto hops = std::make_unique<NextHops>();
  const std::uint16_t hop = hops->find_or_add(5, kServer);
  hops->learn(6, kServer, kHopMac);
  hops->learn(5, wire::Ipv4Address{1}, kHopMac);
  hops->learn(5, kServer, wire::MacAddress::broadcast());
  EXPECT_FALSE(hops->mac(hop).has_value());
  EXPECT_EQ(hops->version(), 0u);
}

TEST(NextHopTest, AFullCacheSaysSo) {
  // Goal: kHopsMax entries are distinct; one more is refused.
  const auto hops = std::make_unique<NextHops>();
  std::set<std::uint16_t> entries;
  for (std::uint32_t i = 0; i < NextHops::kHopsMax; ++i) {
    entries.insert(hops->find_or_add(0, wire::Ipv4Address{i + 1}));
  }
  EXPECT_EQ(entries.size(), NextHops::kHopsMax);
  EXPECT_EQ(entries.count(NextHops::kNone), 0u);
  EXPECT_EQ(hops->find_or_add(0, kServer), NextHops::kNone);
}

}  // namespace
}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
// Goal: a set of addresses holds what its prefixes hold, and no address more.
#include "worker/address_set.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/random.h"

namespace stentor::worker {
namespace {

using wire::Ipv4Address;
using wire::Ipv4Prefix;

AddressSet set_of(std::initializer_list<const char*> texts) {
  std::vector<Ipv4Prefix> prefixes;
  for (const char* text : texts) prefixes.push_back(*Ipv4Prefix::parse(text));
  return AddressSet(prefixes);
}

bool holds(const AddressSet& set, const char* address) {
  return set.contains(*Ipv4Address::parse(address));
}

TEST(AddressSet, HoldsTheEndsOfAPrefixAndNotWhatIsBesideThem) {
  const AddressSet set = set_of({"10.20.0.2/16", "10.9.0.7/32"});
  for (const char* address : {"10.20.0.0", "10.20.255.255", "10.9.0.7"}) {
    EXPECT_TRUE(holds(set, address)) << address;
  }
  for (const char* address :
       {"0.0.0.0", "10.19.255.255", "10.21.0.0", "10.9.0.6", "10.9.0.8", "255.255.255.255"}) {
    EXPECT_FALSE(holds(set, address)) << address;
  }
}

TEST(AddressSet, JoinsPrefixesThatOverlapOrMeet) {
  EXPECT_EQ(set_of({"10.1.0.0/16", "10.0.0.0/16"}).ranges(), 1u);
  EXPECT_EQ(set_of({"10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/24"}).ranges(), 1u);
  EXPECT_EQ(set_of({"10.0.0.0/16", "10.2.0.0/16"}).ranges(), 2u);
  EXPECT_TRUE(holds(set_of({"10.0.0.0/8", "10.1.0.0/16"}), "10.255.255.255"));
}

TEST(AddressSet, MayHoldNothingOrEverything) {
  EXPECT_FALSE(holds(AddressSet(), "10.0.0.1"));
  EXPECT_FALSE(holds(set_of({}), "0.0.0.0"));
  const AddressSet all = set_of({"10.0.0.0/8", "0.0.0.0/0", "255.255.255.255/32"});
  EXPECT_EQ(all.ranges(), 1u);
  for (const char* address : {"0.0.0.0", "10.0.0.1", "255.255.255.255"}) {
    EXPECT_TRUE(holds(all, address)) << address;
  }
}

TEST(AddressSet, AgreesWithLookingAtEachPrefix) {
  base::Random random(9);
  for (int round = 0; round < 200; ++round) {
    // Within 4,096 addresses, so that they overlap and meet.
    std::vector<Ipv4Prefix> prefixes(random.below(20));
    for (Ipv4Prefix& prefix : prefixes) {
      prefix = {Ipv4Address{static_cast<std::uint32_t>(random.below(4096))},
                static_cast<std::uint8_t>(24 + random.below(9))};
    }
    const AddressSet set(prefixes);
    for (std::uint32_t host = 0; host < 4200; ++host) {
      const Ipv4Address address{host};
      ASSERT_EQ(
          set.contains(address),
          std::ranges::any_of(prefixes, [&](auto prefix) { return prefix.contains(address); }))
          << host;
    }
  }
}

}  // namespace
}  // namespace stentor::worker

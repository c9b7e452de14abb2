// SPDX-License-Identifier: BSD-3-Clause
// Goal: an owner is named by network, kind and identifier together, under the key.
#include <gtest/gtest.h>
#include <vector>

#include "lease/table.h"

namespace stentor::lease {
namespace {

const base::HashKey kOwnerKey{1, 2};
const std::vector<std::uint8_t> kOwnerMac{0x52, 0x54, 0, 0x12, 0x34, 0x56};

TEST(Owner, IsTheSameForTheSameClient) {
  EXPECT_EQ(owner_of(kOwnerKey, 1, 1, kOwnerMac), owner_of(kOwnerKey, 1, 1, kOwnerMac));
}

TEST(Owner, DependsOnEachPartAndOnTheKey) {
  const Owner owner = owner_of(kOwnerKey, 1, 1, kOwnerMac);
  EXPECT_NE(owner, owner_of(kOwnerKey, 2, 1, kOwnerMac));
  EXPECT_NE(owner, owner_of(kOwnerKey, 1, 255, kOwnerMac));
  EXPECT_NE(owner, owner_of({1, 3}, 1, 1, kOwnerMac));
  EXPECT_NE(owner, owner_of(kOwnerKey, 1, 1, base::Bytes{kOwnerMac}.first(5)));
}

TEST(Owner, TakesIdentifiersOfAnyLengthAndTellsThemApart) {
  std::vector<std::uint8_t> identifier;
  std::vector<Owner> owners;
  for (int i = 0; i < 600; ++i) {
    owners.push_back(owner_of(kOwnerKey, 1, 255, identifier));
    for (int j = 0; j < i; ++j) ASSERT_NE(owners[static_cast<std::size_t>(j)], owners.back());
    identifier.push_back(0);
  }
}

}  // namespace
}  // namespace stentor::lease

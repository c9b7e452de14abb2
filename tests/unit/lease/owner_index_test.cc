// SPDX-License-Identifier: BSD-3-Clause
// Goal: an owner is found by its hash, once, whatever else shares its chain.
#include "lease/owner_index.h"

#include <gtest/gtest.h>
#include <map>
#include <vector>

#include "base/random.h"

namespace stentor::lease {
namespace {

struct Index {
  explicit Index(std::size_t slots, std::size_t buckets)
      : records(slots), heads(buckets), index(records.data(), heads) {}

  bool link(std::uint64_t owner, Slot slot) {
    records[slot].owner_low.store(owner);
    records[slot].owner_high.store(0);
    records[slot].word.store(Word(1, Phase::joining, 0).raw());
    return index.link({owner, 0}, slot);
  }
  void remove(Slot slot) {
    records[slot].word.store(Word(2, Phase::leaving, 0).raw());
    index.remove(slot);
  }
  std::optional<Slot> find(std::uint64_t owner) {
    const auto found = index.find({owner, 0});
    return found ? std::optional{found->slot} : std::nullopt;
  }

  std::vector<Record> records;
  std::vector<std::atomic<std::uint64_t>> heads;
  OwnerIndex index;
};

TEST(OwnerIndex, FindsWhatWasInsertedAndNoOther) {
  Index index(4, 2);
  EXPECT_TRUE(index.link(10, 3));
  EXPECT_EQ(index.find(10), 3u);
  EXPECT_EQ(index.find(11), std::nullopt);
}

TEST(OwnerIndex, RefusesASecondRecordForOneOwner) {
  Index index(4, 2);
  EXPECT_TRUE(index.link(10, 3));
  EXPECT_FALSE(index.link(10, 2));
  EXPECT_EQ(index.find(10), 3u);
  EXPECT_TRUE(index.link(12, 2)) << "the refused record can be used again";
}

TEST(OwnerIndex, TellsOwnersApartThatDifferInOneHalf) {
  Index index(4, 2);
  EXPECT_TRUE(index.link(10, 0));
  EXPECT_FALSE(index.index.find({10, 1}));
  EXPECT_FALSE(index.index.find({0, 10}));
}

TEST(OwnerIndex, DoesNotFindARecordThatIsLeaving) {
  Index index(4, 2);
  ASSERT_TRUE(index.link(10, 3));
  index.records[3].word.store(Word(2, Phase::leaving, 0).raw());
  EXPECT_EQ(index.find(10), std::nullopt);
  EXPECT_TRUE(index.link(10, 1)) << "the owner need not wait for the thread that takes it away";
  EXPECT_EQ(index.find(10), 1u);
  index.index.remove(3);
  EXPECT_EQ(index.find(10), 1u);
}

TEST(OwnerIndex, RemovingARecordThatWasNeverLinkedDoesNothing) {
  Index index(4, 2);
  ASSERT_TRUE(index.link(0, 3));
  index.remove(2);
  EXPECT_EQ(index.find(0), 3u);
}

TEST(OwnerIndex, AgreesWithAMapOverRandomChangesInTwoChains) {
  base::Random random(3);
  Index index(64, 2);
  std::map<std::uint64_t, Slot> model;
  std::map<Slot, std::uint64_t> owner_of_slot;
  for (int step = 0; step < 50'000; ++step) {
    const auto slot = static_cast<Slot>(random.below(64));
    const std::uint64_t owner = random.below(100);
    if (const auto held = owner_of_slot.find(slot); held != owner_of_slot.end()) {
      index.remove(slot);
      model.erase(held->second);
      owner_of_slot.erase(held);
    } else if (index.link(owner, slot)) {
      ASSERT_TRUE(model.emplace(owner, slot).second);
      owner_of_slot.emplace(slot, owner);
    } else {
      ASSERT_TRUE(model.contains(owner));
    }
    const std::uint64_t asked = random.below(100);
    const auto expected = model.find(asked);
    ASSERT_EQ(index.find(asked),
              expected == model.end() ? std::nullopt : std::optional{expected->second});
  }
}

}  // namespace
}  // namespace stentor::lease

// SPDX-License-Identifier: BSD-3-Clause
// Goal: transfers take turns in the order in which they became ready, and one that ends is gone.
#include "worker/ready_list.h"

#include <gtest/gtest.h>

namespace stentor::worker {
namespace {

TEST(ReadyList, ServesFirstComeFirstServed) {
  ReadyList list(4, 1);
  list.push(0, 2);
  list.push(0, 0);
  list.push(0, 2);
  EXPECT_EQ(list.pop(0), 2u);
  EXPECT_EQ(list.pop(0), 0u);
  EXPECT_EQ(list.pop(0), ReadyList::kNone) << "a second push of a queued entry did nothing";
  EXPECT_TRUE(list.empty(0));
}

TEST(ReadyList, PutsWhatIsUrgentAtTheFront) {
  ReadyList list(4, 1);
  list.push_front(0, 3);
  list.push(0, 2);
  list.push_front(0, 0);
  list.push_front(0, 2);
  EXPECT_EQ(list.pop(0), 0u);
  EXPECT_EQ(list.pop(0), 3u);
  EXPECT_EQ(list.pop(0), 2u) << "who is queued already keeps its place";
  EXPECT_TRUE(list.empty(0));
}

TEST(ReadyList, TellsHowManyWaitAndWhoComesAfterTheFront) {
  ReadyList list(4, 2);
  EXPECT_EQ(list.second(0), ReadyList::kNone);
  list.push(0, 1);
  EXPECT_EQ(list.second(0), ReadyList::kNone);
  list.push(0, 2);
  list.push_front(0, 3);
  EXPECT_EQ(list.length(0), 3u);
  EXPECT_EQ(list.second(0), 1u);
  list.remove(1);
  EXPECT_EQ(list.length(0), 2u);
  EXPECT_EQ(list.second(0), 2u);
  list.pop(0);
  list.pop(0);
  list.pop(0);
  EXPECT_EQ(list.length(0), 0u);
  EXPECT_EQ(list.length(1), 0u);
}

TEST(ReadyList, KeepsQueuesApart) {
  ReadyList list(4, 2);
  list.push(0, 1);
  list.push(1, 3);
  EXPECT_EQ(list.pop(1), 3u);
  EXPECT_EQ(list.pop(1), ReadyList::kNone);
  EXPECT_EQ(list.pop(0), 1u);
}

TEST(ReadyList, LosesAnEntryFromTheMiddleTheFrontAndTheBack) {
  ReadyList list(5, 1);
  for (std::uint32_t entry = 0; entry < 5; ++entry) list.push(0, entry);
  list.remove(2);
  list.remove(0);
  list.remove(4);
  list.remove(4);
  EXPECT_EQ(list.pop(0), 1u);
  list.push(0, 4);
  EXPECT_EQ(list.pop(0), 3u);
  EXPECT_EQ(list.pop(0), 4u);
  EXPECT_TRUE(list.empty(0));
}

TEST(ReadyList, TakesAnEntryOutOfOneQueueAlone) {
  ReadyList list(4, 2);
  list.push(0, 1);
  list.push(0, 2);
  list.push(1, 3);
  list.remove_from(1, 1);
  list.remove_from(1, 3);
  list.remove_from(1, 0);
  EXPECT_TRUE(list.empty(1));
  EXPECT_EQ(list.pop(0), 1u) << "it kept its turn";
  EXPECT_EQ(list.pop(0), 2u);
}

}  // namespace
}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
// Goal: a retired value lives exactly as long as a reader may hold it.
#include "base/published.h"

#include <gtest/gtest.h>

namespace stentor::base {
namespace {

struct Value {
  Value(int number_, int& live_) : number(number_), live(live_) { ++live; }
  ~Value() { --live; }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  const int number;
  int& live;
};

TEST(Published, FreesAnOldValueAtOnceWhenEveryReaderIsParked) {
  int live = 0;
  {
    Published<Value> published(std::make_unique<Value>(1, live), 2);
    published.publish(std::make_unique<Value>(2, live));
    EXPECT_EQ(live, 2);
    EXPECT_EQ(published.reclaim(), 0u);
    EXPECT_EQ(live, 1);
    EXPECT_EQ(published.read(0).number, 2);
  }
  EXPECT_EQ(live, 0);
}

TEST(Published, TellsControlWhatItPublishedLast) {
  int live = 0;
  Published<Value> published(std::make_unique<Value>(1, live), 1);
  EXPECT_EQ(published.latest().number, 1);
  published.publish(std::make_unique<Value>(2, live));
  EXPECT_EQ(published.latest().number, 2);
}

TEST(Published, NamesAReaderThatIsBehindAMark) {
  int live = 0;
  Published<Value> published(std::make_unique<Value>(1, live), 3);
  published.read(1);
  published.read(2);
  const std::uint64_t mark = published.mark();
  EXPECT_EQ(published.first_behind(mark), 1u);
  published.read(1);
  EXPECT_EQ(published.first_behind(mark), 2u);
  published.park(2);
  EXPECT_FALSE(published.first_behind(mark)) << "who never read is not waited for";
  const std::uint64_t later = published.mark();
  published.read(1);
  EXPECT_TRUE(published.passed(later)) << "who is parked holds nothing";
  EXPECT_EQ(published.first_behind(later), 2u) << "but was not heard of since";
}

TEST(Published, KeepsAnOldValueUntilItsReaderReadsAgain) {
  int live = 0;
  Published<Value> published(std::make_unique<Value>(1, live), 2);
  const Value& held = published.read(0);
  published.publish(std::make_unique<Value>(2, live));
  EXPECT_EQ(published.reclaim(), 1u);
  EXPECT_EQ(held.number, 1);
  EXPECT_EQ(published.read(1).number, 2);
  EXPECT_EQ(published.reclaim(), 1u) << "the other reader's progress frees nothing of reader 0";
  EXPECT_EQ(published.read(0).number, 2);
  EXPECT_EQ(published.reclaim(), 0u);
  EXPECT_EQ(live, 1);
}

TEST(Published, ParkingReleasesWhatWasRead) {
  int live = 0;
  Published<Value> published(std::make_unique<Value>(1, live), 1);
  published.read(0);
  published.publish(std::make_unique<Value>(2, live));
  published.park(0);
  EXPECT_EQ(published.reclaim(), 0u);
}

TEST(Published, PassesAMarkOnceEveryReaderHasReadOrIsParked) {
  int live = 0;
  Published<Value> published(std::make_unique<Value>(1, live), 2);
  EXPECT_TRUE(published.passed(published.mark())) << "nobody reads";
  published.read(0);
  published.read(1);
  const std::uint64_t mark = published.mark();
  EXPECT_FALSE(published.passed(mark));
  published.read(0);
  EXPECT_FALSE(published.passed(mark));
  published.park(1);
  EXPECT_TRUE(published.passed(mark));
  published.read(1);
  EXPECT_TRUE(published.passed(mark)) << "for good";
  EXPECT_FALSE(published.passed(published.mark()));
  EXPECT_EQ(published.read(0).number, 1);
  EXPECT_EQ(live, 1);
}

}  // namespace
}  // namespace stentor::base

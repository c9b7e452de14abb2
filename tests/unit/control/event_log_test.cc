// SPDX-License-Identifier: BSD-3-Clause
// Goal: a reader gets each event that it wants once and in order, or learns how many of them it
// has missed; no reader holds anything up.
#include "control/event_log.h"

#include <gtest/gtest.h>
#include <poll.h>

namespace stentor::control {
namespace {

void add(EventLog& log, EventType type) { log.add(Event{.type = type}); }

bool has_news(const EventLog& log) {
  pollfd wait{.fd = log.news(), .events = POLLIN, .revents = 0};
  return ::poll(&wait, 1, 0) == 1;
}

std::vector<std::uint64_t> ids(const EventLog::Taken& taken) {
  std::vector<std::uint64_t> ids;
  for (const Event& event : taken.events) ids.push_back(event.id);
  return ids;
}

TEST(EventLog, GivesEachEventOnceAndInOrder) {
  EventLog log(4);
  auto cursor = log.newest();
  add(log, EventType::lease);
  add(log, EventType::boot);
  EXPECT_EQ(ids(log.take(cursor, kAllEvents, 10)), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_TRUE(log.take(cursor, kAllEvents, 10).events.empty());
  add(log, EventType::lease);
  EXPECT_EQ(ids(log.take(cursor, kAllEvents, 10)), std::vector<std::uint64_t>{3});
}

TEST(EventLog, LeavesOutTypesThatNobodyAskedFor) {
  EventLog log(8);
  auto cursor = log.newest();
  for (const EventType type : {EventType::lease, EventType::boot, EventType::lease}) add(log, type);
  EXPECT_EQ(ids(log.take(cursor, bit_of(EventType::lease), 10)),
            (std::vector<std::uint64_t>{1, 3}));
}

TEST(EventLog, GivesAsManyAsThereIsRoomFor) {
  EventLog log(8);
  auto cursor = log.newest();
  for (int i = 0; i < 3; ++i) add(log, EventType::lease);
  auto taken = log.take(cursor, kAllEvents, 2);
  EXPECT_EQ(taken.events.size(), 2u);
  EXPECT_TRUE(taken.has_more);
  taken = log.take(cursor, kAllEvents, 2);
  EXPECT_EQ(taken.events.size(), 1u);
  EXPECT_FALSE(taken.has_more);
}

TEST(EventLog, CountsWhatASlowReaderMissed) {
  EventLog log(4);
  auto all = log.newest();
  auto leases = log.newest();
  for (int i = 0; i < 6; ++i) add(log, i % 2 == 0 ? EventType::lease : EventType::boot);
  const auto taken = log.take(all, kAllEvents, 10);
  EXPECT_EQ(taken.lost, 2u);
  EXPECT_EQ(taken.events.size(), 4u);
  const auto of_leases = log.take(leases, bit_of(EventType::lease), 10);
  EXPECT_EQ(of_leases.lost, 1u) << "one of the two that are gone is a lease's";
  EXPECT_EQ(of_leases.events.size(), 2u);
  EXPECT_EQ(log.lost(), 3u);
  EXPECT_EQ(log.take(all, kAllEvents, 10).lost, 0u);
}

TEST(EventLog, CountsNothingThatWasReadBefore) {
  EventLog log(4);
  auto cursor = log.newest();
  for (int i = 0; i < 3; ++i) add(log, EventType::lease);
  EXPECT_EQ(log.take(cursor, kAllEvents, 10).events.size(), 3u);
  for (int i = 0; i < 6; ++i) add(log, EventType::lease);
  EXPECT_EQ(log.take(cursor, kAllEvents, 10).lost, 2u);
}

TEST(EventLog, LooksBackAsFarAsItReaches) {
  EventLog log(4);
  for (int i = 0; i < 6; ++i) add(log, EventType::lease);
  auto from_the_first = log.after(0);
  EXPECT_EQ(ids(log.take(from_the_first, kAllEvents, 10)),
            (std::vector<std::uint64_t>{3, 4, 5, 6}));
  auto in_the_middle = log.after(4);
  EXPECT_EQ(ids(log.take(in_the_middle, kAllEvents, 10)), (std::vector<std::uint64_t>{5, 6}));
  auto at_the_end = log.after(6);
  EXPECT_TRUE(log.take(at_the_end, kAllEvents, 10).events.empty());
}

// It counted its events from 1 too.
TEST(EventLog, BeginsWithTheFirstBehindAnEventOfAnotherProcess) {
  EventLog log(4);
  for (int i = 0; i < 3; ++i) add(log, EventType::lease);
  auto cursor = log.after(1000);
  const EventLog::Taken taken = log.take(cursor, kAllEvents, 10);
  EXPECT_EQ(ids(taken), (std::vector<std::uint64_t>{1, 2, 3}));
  EXPECT_EQ(taken.lost, 0u);
}

TEST(EventLog, SaysHowManyAreGoneBehindTheOneThatIsAskedFor) {
  EventLog log(4);
  for (int i = 0; i < 9; ++i) add(log, EventType::lease);
  auto cursor = log.after(2);
  EXPECT_EQ(log.take(cursor, kAllEvents, 10).lost, 3u) << "3 to 5 are gone";
  EXPECT_EQ(log.take(cursor, kAllEvents, 10).lost, 0u) << "it is said once";
  EXPECT_EQ(log.lost(), 0u) << "no reader was too slow";
  auto kept = log.after(5);
  EXPECT_EQ(log.take(kept, kAllEvents, 10).lost, 0u);
}

// Gone before the reader came, and more while it did not read.
TEST(EventLog, AddsUpWhatIsGoneBeforeAndSince) {
  EventLog log(4);
  for (int i = 0; i < 9; ++i) add(log, EventType::lease);
  auto cursor = log.after(2);
  for (int i = 0; i < 5; ++i) add(log, EventType::lease);
  EXPECT_EQ(log.take(cursor, kAllEvents, 10).lost, 8u) << "3 to 10";
}

TEST(EventLog, HasNewsForStreamsAlone) {
  EventLog log(4);
  add(log, EventType::lease);
  EXPECT_FALSE(has_news(log));
  ASSERT_TRUE(log.open_stream());
  add(log, EventType::lease);
  EXPECT_TRUE(has_news(log));
}

TEST(EventLog, TakesSoManyStreams) {
  EventLog log(4);
  for (std::size_t i = 0; i < EventLog::kStreamsMax; ++i) ASSERT_TRUE(log.open_stream());
  EXPECT_FALSE(log.open_stream());
  log.close_stream();
  EXPECT_TRUE(log.open_stream());
}

}  // namespace
}  // namespace stentor::control

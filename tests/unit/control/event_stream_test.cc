// SPDX-License-Identifier: BSD-3-Clause
// Goal: a stream is what a browser's EventSource reads, and tells a slow reader what it missed.
#include "control/event_stream.h"

#include <gtest/gtest.h>

namespace stentor::control {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kNow{1h};

class EventStreamTest : public testing::Test {
 protected:
  EventStreamTest() { EXPECT_TRUE(log.open_stream()); }

  EventLog log{4};
};

TEST_F(EventStreamTest, WritesAnEventWithItsNumberItsTypeAndItsData) {
  EventStream stream(log, {}, kAllEvents, log.newest());
  log.add(Event{.type = EventType::reload, .what = "taken"});
  const std::string text = stream.next(kNow);
  EXPECT_TRUE(text.starts_with("id: 1\nevent: reload\ndata: {\"id\":1,")) << text;
  EXPECT_TRUE(text.ends_with("}\n\n")) << text;
  EXPECT_EQ(stream.next(kNow), "");
}

TEST_F(EventStreamTest, SaysHowManyAreLost) {
  EventStream stream(log, {}, kAllEvents, log.newest());
  for (int i = 0; i < 7; ++i) log.add(Event{.type = EventType::alarm});
  EXPECT_TRUE(stream.next(kNow).starts_with("event: lost\ndata: {\"count\":3}\n\nid: 4\n"));
}

TEST_F(EventStreamTest, SaysNowAndThenThatItLives) {
  EventStream stream(log, {}, kAllEvents, log.newest());
  EXPECT_EQ(stream.next(kNow), ":\n\n");
  EXPECT_EQ(stream.next(kNow + EventStream::kSilenceMax - 1ms), "");
  EXPECT_EQ(stream.next(kNow + EventStream::kSilenceMax), ":\n\n");
}

TEST(EventStream, GivesItsPlaceBack) {
  EventLog log(4);
  ASSERT_TRUE(log.open_stream());
  { const EventStream stream(log, {}, kAllEvents, log.newest()); }
  EXPECT_EQ(log.streams(), 0u);
}

}  // namespace
}  // namespace stentor::control

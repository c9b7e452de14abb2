// SPDX-License-Identifier: BSD-3-Clause
// Goal: who asks for a reload hears its outcome, or in time that there is none yet; and nothing is
// done that was taken back.
#include "control/reload_desk.h"

#include <future>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>

#include "reload_clerk.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;
using Delay = ReloadDesk::Delay;

// Once somebody asks.
ReloadKind take_soon(ReloadDesk& desk) {
  for (;;) {
    if (const auto kind = desk.take()) return *kind;
    std::this_thread::sleep_for(1ms);
  }
}

TEST(ReloadDesk, HandsEachOutcomeToWhoAsked) {
  ReloadDesk desk;
  std::uint64_t generation = 1;
  const ReloadClerk clerk(desk, [&](ReloadKind) {
    return ReloadOutcome{.is_taken = true, .generation = ++generation, .warnings = {"a warning"}};
  });
  for (std::uint64_t expected = 2; expected < 100; ++expected) {
    const auto outcome = desk.ask(ReloadKind::real);
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->is_taken);
    EXPECT_EQ(outcome->generation, expected);
    EXPECT_EQ(outcome->warnings.size(), 1u);
  }
}

TEST(ReloadDesk, SaysWhatIsAskedFor) {
  for (const ReloadKind kind : {ReloadKind::real, ReloadKind::dry_run}) {
    ReloadDesk desk;
    auto asked = std::async(std::launch::async, [&] { return desk.ask(kind); });
    EXPECT_EQ(take_soon(desk), kind);
    desk.decide({});
    EXPECT_TRUE(asked.get());
  }
}

TEST(ReloadDesk, WakesWhoIsToMakeIt) {
  ReloadDesk desk;
  eventfd_t count = 0;
  EXPECT_NE(eventfd_read(desk.news(), &count), 0) << "nobody has asked";
  EXPECT_FALSE(desk.is_asked());
  auto asked = std::async(std::launch::async, [&] { return desk.ask(ReloadKind::real); });
  pollfd wait{.fd = desk.news(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&wait, 1, 10'000), 1);
  EXPECT_TRUE(desk.is_asked());
  EXPECT_TRUE(desk.take());
  EXPECT_FALSE(desk.is_asked()) << "it is begun";
  desk.decide({});
  EXPECT_TRUE(asked.get());
}

TEST(ReloadDesk, TakesBackWhatIsNotBegun) {
  ReloadDesk desk({.begin = 20ms, .end = 1ms});
  EXPECT_FALSE(desk.take()) << "nobody has asked";
  for (int i = 0; i < 2; ++i) {
    const auto outcome = desk.ask(ReloadKind::real);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error(), Delay::not_begun);
    EXPECT_FALSE(desk.take()) << "who asked has gone";
  }
}

TEST(ReloadDesk, BeginsNoOtherBeforeTheEndOfOneThatLasts) {
  ReloadDesk desk({.begin = 10s, .end = 20ms});
  auto asked = std::async(std::launch::async, [&] { return desk.ask(ReloadKind::real); });
  take_soon(desk);
  EXPECT_EQ(asked.get().error(), Delay::not_decided);
  EXPECT_EQ(desk.ask(ReloadKind::real).error(), Delay::not_decided);
  EXPECT_FALSE(desk.take());
  desk.decide({.is_taken = true, .generation = 2});
  // The next one hears of its own.
  const ReloadClerk clerk(desk, [](ReloadKind) { return ReloadOutcome{.generation = 3}; });
  const auto outcome = desk.ask(ReloadKind::real);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->generation, 3u);
}

TEST(ReloadDesk, LetsNobodyWaitOnceItIsClosed) {
  ReloadDesk desk({.begin = 1h, .end = 1h});
  auto first = std::async(std::launch::async, [&] { return desk.ask(ReloadKind::real); });
  take_soon(desk);
  desk.close();
  EXPECT_EQ(first.get().error(), Delay::not_decided);
  desk.decide({});
  EXPECT_EQ(desk.ask(ReloadKind::real).error(), Delay::not_begun);
}

}  // namespace
}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
// Goal: the link loses, doubles, delays, reorders and corrupts as often as it is told, in bounded
// memory, the same from the same seed.
#include "storm/link_faults.h"

#include <gtest/gtest.h>
#include <map>

#include "storm/plan_setup.h"

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;

constexpr base::Time kFaultsStart{1h};

class LinkFaultsTest : public testing::Test {
 protected:
  std::unique_ptr<const Plan> plan_ = *make_plan(Scenario{}, {});
  Tally tally_{*plan_};

  struct Arrival {
    base::Time at;
    std::uint32_t number = 0;
    bool is_corrupt = false;
  };

  // Sends `frames` to machine 0, a microsecond apart, and returns what arrives, step by step.
  std::vector<Arrival> run(const LinkModel& model, std::uint32_t frames, std::uint64_t seed = 1) {
    LinkFaults link(model, 1, 1514, seed);
    std::vector<Arrival> arrivals;
    base::Time now = kFaultsStart;
    for (std::uint32_t i = 0; i < frames || link.next_arrival() != base::kNever; ++i, now += 1us) {
      if (i < frames) {
        std::array<std::uint8_t, 100> frame{};
        base::store_big_endian(frame.data(), i);  // in the Ethernet header, which is never hit
        link.put({LinkFaults::Direction::to_machine, 0, frame, {.udp_good = true}}, now, tally_);
      }
      link.deliver_due(
          now,
          [&](const LinkFaults::Held& held) {
            bool is_corrupt = false;
            for (const std::uint8_t byte : held.bytes.subspan(14)) is_corrupt |= byte != 0;
            EXPECT_EQ(held.device.udp_good, !is_corrupt);
            arrivals.push_back(
                {now, base::load_big_endian<std::uint32_t>(held.bytes.data()), is_corrupt});
          },
          [] { return true; });
    }
    return arrivals;
  }
};

TEST_F(LinkFaultsTest, FaultsComeAsOftenAsTheyAreTold) {
  // Goal: each in its own share, and counted.
  const auto arrivals =
      run({.loss = 0.1, .duplication = 0.05, .reordering = 0.2, .corruption = 0.02}, 50'000);
  EXPECT_NEAR(static_cast<double>(tally_.value(Count::link_lost)), 5'000, 300);
  EXPECT_NEAR(static_cast<double>(tally_.value(Count::link_duplicated)), 2'250, 200);
  EXPECT_NEAR(static_cast<double>(tally_.value(Count::link_reordered)), 9'450, 400);
  EXPECT_NEAR(static_cast<double>(tally_.value(Count::link_corrupted)), 945, 150);
  EXPECT_EQ(arrivals.size(),
            50'000 - tally_.value(Count::link_lost) + tally_.value(Count::link_duplicated));
  EXPECT_EQ(tally_.value(Count::link_full), 0u);
  const auto corrupt = static_cast<std::uint64_t>(
      std::ranges::count_if(arrivals, [](const Arrival& arrival) { return arrival.is_corrupt; }));
  EXPECT_EQ(corrupt, tally_.value(Count::link_corrupted));
}

TEST_F(LinkFaultsTest, AReorderedFrameIsOvertakenByThoseOfTheNextMillisecond) {
  // Goal: it comes later than frames that left later, but not by more than a millisecond.
  const auto arrivals = run({.reordering = 0.01}, 10'000);
  std::size_t overtaken = 0;
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    overtaken += arrivals[i].number < arrivals[i - 1].number;
    const base::Time sent = kFaultsStart + arrivals[i].number * 1us;
    EXPECT_LE(arrivals[i].at, sent + 1001us);
  }
  EXPECT_GT(overtaken, 50u);
}

TEST_F(LinkFaultsTest, DelayAndRateAddUp) {
  // Goal: 124 bytes on the wire at 10 Mb/s are 99.2 us each, one behind the other; half a round
  // trip.
  const auto arrivals = run({.bits_per_second = 10'000'000, .round_trip = 2ms}, 10);
  ASSERT_EQ(arrivals.size(), 10u);
  for (std::size_t i = 0; i < 10; ++i) {
    const auto wanted = kFaultsStart + 1ms + 99'200ns * static_cast<std::int64_t>(i + 1);
    EXPECT_GE(arrivals[i].at, wanted);
    EXPECT_LE(arrivals[i].at, wanted + 1us);
  }
}

TEST_F(LinkFaultsTest, TheSameSeedIsTheSameLink) {
  // Goal: repeatable, and another seed is another link.
  const LinkModel model{.loss = 0.3};
  const auto numbers = [](const std::vector<Arrival>& arrivals) {
    std::vector<std::uint32_t> list;
    for (const Arrival& arrival : arrivals) list.push_back(arrival.number);
    return list;
  };
  EXPECT_EQ(numbers(run(model, 1000, 5)), numbers(run(model, 1000, 5)));
  EXPECT_NE(numbers(run(model, 1000, 5)), numbers(run(model, 1000, 6)));
}

TEST_F(LinkFaultsTest, AMachinesFaultsAreItsOwn) {
  // Goal: which of its frames are hit, and how, does not follow from what other machines send in
  // between, nor from the other direction, nor from the core that the machine is on.
  const LinkModel model{.loss = 0.2, .duplication = 0.2, .reordering = 0.2, .corruption = 0.2};
  constexpr std::size_t kFrames = 300;
  struct Sender {
    std::uint32_t local;
    LinkFaults::Direction direction;
  };
  using Fates = std::multimap<std::uint32_t,
                              std::vector<std::uint8_t>>;  // by the frame's number, what arrives
  const auto fates_of_last = [&](const std::vector<Sender>& turns, LinkFaults::Share share) {
    LinkFaults link(model, 2, 100, 1, share);
    std::map<std::pair<std::uint32_t, LinkFaults::Direction>, std::uint32_t> sent;
    Fates fates;
    const Sender& looked_at = turns.back();
    for (std::size_t i = 0; i < kFrames * turns.size(); ++i) {
      const Sender& sender = turns[i % turns.size()];
      std::array<std::uint8_t, 100> frame{};
      base::store_big_endian(frame.data(), sent[{sender.local, sender.direction}]++);
      link.put({sender.direction, sender.local, frame, {}},
               kFaultsStart + static_cast<std::int64_t>(i) * 1us, tally_);
    }
    link.deliver_due(
        kFaultsStart + 1s,
        [&](const LinkFaults::Held& held) {
          if (held.machine != looked_at.local || held.direction != looked_at.direction) return;
          fates.emplace(base::load_big_endian<std::uint32_t>(held.bytes.data()),
                        std::vector<std::uint8_t>(held.bytes.begin(), held.bytes.end()));
        },
        [] { return true; });
    return fates;
  };
  constexpr auto kTo = LinkFaults::Direction::to_machine;
  constexpr auto kFrom = LinkFaults::Direction::to_server;
  const Fates alone = fates_of_last({{1, kTo}}, {0, 1, 0});
  EXPECT_GT(alone.size(), kFrames / 2);
  EXPECT_LT(alone.size(), kFrames * 3 / 2);
  EXPECT_EQ(fates_of_last({{0, kTo}, {1, kTo}}, {0, 1, 0}), alone);
  EXPECT_EQ(fates_of_last({{0, kFrom}, {0, kTo}, {1, kFrom}, {1, kTo}}, {0, 1, 0}), alone);
  EXPECT_EQ(fates_of_last({{1, kTo}, {0, kTo}}, {1, 2, 0}), alone);  // number 1 of two cores
  EXPECT_NE(fates_of_last({{0, kTo}}, {0, 1, 0}), alone);
  EXPECT_NE(fates_of_last({{1, kFrom}}, {0, 1, 0}), alone);
}

TEST_F(LinkFaultsTest, WhatDoesNotFitIsDroppedAndCounted) {
  // Goal: the limit holds; a frame longer than a slot too.
  LinkFaults link({.round_trip = 1s}, 1, 100, 1);
  const std::array<std::uint8_t, 101> frame{};
  for (std::size_t i = 0; i < link.held_max() + 5; ++i) {
    link.put({LinkFaults::Direction::to_server, 0, base::Bytes(frame).first(100), {}}, kFaultsStart,
             tally_);
  }
  EXPECT_EQ(tally_.value(Count::link_full), 5u);
  LinkFaults empty({.round_trip = 1s}, 1, 100, 1);
  empty.put({LinkFaults::Direction::to_server, 0, frame, {}}, kFaultsStart, tally_);
  EXPECT_EQ(tally_.value(Count::link_full), 6u);
}

TEST_F(LinkFaultsTest, TwoWindowsOfEachMachineFitAsFarAsMemoryMay) {
  // Goal: a thousand machines with windows of 64 fill the link, and nothing is dropped that the
  // scenario does not lose.
  Scenario scenario;
  scenario.groups[0].machines = 1'000;
  scenario.groups[0].windowsize = 64;
  const auto held_max = [](const Scenario& storm, std::size_t core, std::size_t cores) {
    const auto plan = *make_plan(storm, {.cores = cores});
    return LinkFaults({.round_trip = 1s}, plan->machines_of(core), 1514, 1,
                      LinkFaults::share_of(*plan, core))
        .held_max();
  };
  EXPECT_GE(held_max(scenario, 0, 1), 128'000u);
  EXPECT_GE(held_max(scenario, 1, 2), 64'000u);
  EXPECT_LT(held_max(scenario, 1, 2), 65'000u);
  EXPECT_GE(LinkFaults({.round_trip = 1s}, 1'000, 1514, 1).held_max(), 128'000u);
  scenario.groups[0].windowsize = 1;
  scenario.groups[0].script[1].profile = "winpe";  // asks for 16, but for the group's 1
  EXPECT_EQ(held_max(scenario, 0, 1), LinkFaults::kHeldMin);
  scenario.groups[0].windowsize.reset();
  EXPECT_EQ(held_max(scenario, 0, 1), 2u * 16 * 1'000 + 2);
  scenario.groups[0].machines = 1'000'000;
  EXPECT_EQ(held_max(scenario, 0, 1), LinkFaults::kHeldBytesMax / 1514);
}

}  // namespace
}  // namespace stentor::storm

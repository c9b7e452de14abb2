// SPDX-License-Identifier: BSD-3-Clause
// Goal: what workers tell is in the sessions soon after, whichever of them told it.
#include "control/client_watch.h"

#include <gtest/gtest.h>
#include <thread>

#include "sighting_builder.h"

namespace stentor::control {
namespace {

using namespace std::chrono_literals;
using sighting::Seen;

TEST(ClientWatch, EmptiesEveryLane) {
  std::vector<std::unique_ptr<sighting::Lane>> lanes;
  std::vector<sighting::Lane*> pointers;
  for (std::uint64_t worker = 0; worker < 3; ++worker) {
    pointers.push_back(lanes.emplace_back(std::make_unique<sighting::Lane>()).get());
  }
  BootSessionTable sessions({1, 2});
  TransferList transfers;
  EventLog events;
  const ClientWatch watch(pointers, sessions, transfers, events);
  constexpr std::uint32_t kMachines = 3000;  // more than a batch, from each
  for (std::uint32_t machine = 1; machine <= kMachines; ++machine) {
    sighting::Lane& lane = *pointers[machine % 3];
    sighting::Sighting* const slot = lane.claim();
    ASSERT_NE(slot, nullptr);
    *slot = seen_at(0s, Seen::bound);
    slot->at = base::MonotonicClock::now();
    slot->glimpse.mac = wire::MacAddress::of_number(machine);
    lane.publish();
  }
  for (int i = 0; i < 500 && sessions.slots() < kMachines; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(sessions.slots(), kMachines);
}

// One worker heard its DHCP, another one, which is looked at first, its TFTP.
TEST(ClientWatch, TellsInTheOrderInWhichThingsHappened) {
  sighting::Lane tftp;
  sighting::Lane dhcp;
  const base::Time begun = base::MonotonicClock::now() - 10s;
  const auto tell = [&](sighting::Lane& lane, sighting::Sighting seen) {
    seen.at += begun - kDawn;
    sighting::Sighting* const slot = lane.claim();
    *slot = seen;
    lane.publish();
  };
  tell(tftp, transfer_at(2s, Seen::begun, "grub"));
  tell(tftp, transfer_at(3s, Seen::completed, "grub", 1000));
  tell(dhcp, seen_at(0s, Seen::offered));
  tell(dhcp, seen_at(1s, Seen::bound));
  BootSessionTable sessions({1, 2});
  TransferList transfers;
  EventLog events;
  const ClientWatch watch({&tftp, &dhcp}, sessions, transfers, events);
  const auto stage = [&] {
    const auto row = sessions.find(kMachine);
    return row ? std::optional(row->session.stage) : std::nullopt;
  };
  for (int i = 0; i < 500 && stage() != Stage::loaded; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(stage(), Stage::loaded);
  EXPECT_EQ(sessions.slots(), 1u);
}

// By TFTP a client is known by its address alone.
TEST(ClientWatch, SaysWhoHasAllOfAFile) {
  sighting::Lane lane;
  const base::Time begun = base::MonotonicClock::now() - 10s;
  const auto tell = [&](sighting::Sighting seen) {
    seen.at += begun - kDawn;
    *lane.claim() = seen;
    lane.publish();
  };
  tell(seen_at(0s, Seen::bound));
  for (const char* file : {"grub", "wipe"}) {
    tell(transfer_at(1s, Seen::begun, file));
    tell(transfer_at(2s, Seen::progressed, file, 500));
    tell(transfer_at(3s, Seen::completed, file, 1000));
  }
  for (const Seen end : {Seen::broken_off, Seen::given_up, Seen::replaced, Seen::denied}) {
    tell(transfer_at(4s, Seen::begun, "half"));
    tell(transfer_at(5s, end, "half", 999));
  }
  BootSessionTable sessions({1, 2});
  TransferList transfers;
  EventLog events;
  std::vector<std::string> completed;
  {
    const ClientWatch watch(
        {&lane}, sessions, transfers, events, [&](const sighting::Sighting& seen) {
          completed.push_back(std::string(seen.file()) + " " +
                              std::string(seen.glimpse.mac.text().view()) + " " +
                              std::string(seen.glimpse.address.text().view()));
        });
    // Events come last of all that is done with a batch.
    EventLog::Cursor cursor;
    std::size_t told = 0;
    for (int i = 0; i < 500 && told < 13; ++i) {
      told += events.take(cursor, kAllEvents, 100).events.size();
      std::this_thread::sleep_for(10ms);
    }
    EXPECT_EQ(told, 13u);
  }
  EXPECT_EQ(completed, (std::vector<std::string>{"grub 52:54:00:00:00:01 10.0.0.5",
                                                 "wipe 52:54:00:00:00:01 10.0.0.5"}));
}

// Also in the moment before it ends, and of whom it knows nothing else.
TEST(ClientWatch, HearsOfAllThatWasToldBeforeItsEnd) {
  sighting::Lane lane;
  BootSessionTable sessions({1, 2});
  TransferList transfers;
  EventLog events;
  std::size_t completed = 0;
  {
    const ClientWatch watch({&lane}, sessions, transfers, events,
                            [&](const sighting::Sighting& seen) {
                              if (seen.glimpse.mac == kMachine) ++completed;
                            });
    for (int i = 0; i < 1000; ++i) {
      *lane.claim() = transfer_at(0s, Seen::completed, "wipe", 1000);
      lane.claim()->at = base::MonotonicClock::now();
      lane.claim()->glimpse.mac = kMachine;
      lane.publish();
    }
  }
  EXPECT_EQ(completed, 1000u);
}

TEST(ClientWatch, EndsAtOnce) {
  sighting::Lane lane;
  BootSessionTable sessions({1, 2});
  TransferList transfers;
  EventLog events;
  const base::Time begun = base::MonotonicClock::now();
  { const ClientWatch watch({&lane}, sessions, transfers, events); }
  EXPECT_LT(base::MonotonicClock::now() - begun, 5s);
}

}  // namespace
}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A commit cycle with all that is around it, for its tests.

#include <gtest/gtest.h>

#include "recording_disk.h"
#include "store/commit_cycle.h"
#include "store_fixture.h"

namespace stentor::store {

// CommitOptions::retry_first as it is unless told otherwise.
inline constexpr std::chrono::milliseconds kFirst{100};

// Two workers with a table between them, the store thread's work, and a disk that can fail.
struct CycleRig {
  explicit CycleRig(CommitOptions options = {}) : database(open_or_die(file())) {
    for (auto& slots : storage) lanes.push_back(std::make_unique<Lane>(slots));
    cycle.emplace(
        *database,
        [this](const VisitChange& visit) {
          ++visits;
          if (during_visit) during_visit();
          for (const auto& [address, change] : table) visit(change);
        },
        lanes, options);
  }
  [[nodiscard]] DatabaseFile file() { return {folder.database(), disk.name(), &disk}; }

  // As a worker does it: the table first, then the lane.
  std::uint64_t bind(std::size_t worker, std::uint32_t address, std::uint32_t version) {
    lease::LeaseChange change = with_details(bound(address, version), "host");
    lease::LeaseChange bare = bound(address, version);
    table[address] = bare;
    return lanes[worker]->push(change).value_or(0);
  }
  void release(std::size_t worker, std::uint32_t address, std::uint32_t version) {
    lease::LeaseChange change = bound(address, version);
    change.state = lease::State::free;
    table.erase(address);
    ASSERT_TRUE(lanes[worker]->push(change));
  }
  // The wall clock has been set by `wall` since the start.
  [[nodiscard]] ClockPair clocks() const {
    ClockPair pair = clocks_after(elapsed);
    pair.utc += wall;
    return pair;
  }
  bool step() { return cycle->step(clocks()); }
  bool step_after(base::Duration pause) {
    elapsed += pause;
    return step();
  }
  // Of a record, as the next start would read it now; nullopt: there is none.
  std::optional<base::Time> expiry_of(std::uint32_t address) {
    std::optional<base::Time> expiry;
    EXPECT_TRUE(database->load(clocks(), [&](const StoredLease& stored) {
      if (stored.lease.address.host() == address) expiry = stored.lease.expiry;
    }));
    return expiry;
  }
  // As after a kill.
  Versions on_disk() {
    cycle.reset();
    database.reset();
    disk.heal();
    database = open_or_die(file());
    return versions_in(*database);
  }

  TemporaryFolder folder;
  RecordingDisk disk;
  std::unique_ptr<Database> database;
  std::array<std::vector<lease::LeaseChange>, 2> storage{std::vector<lease::LeaseChange>(64),
                                                         std::vector<lease::LeaseChange>(64)};
  CommitCycle::Lanes lanes;
  std::map<std::uint32_t, lease::LeaseChange> table;
  std::function<void()> during_visit;
  int visits = 0;
  base::Duration elapsed{};
  base::Duration wall{};
  std::optional<CommitCycle> cycle;
};

}  // namespace stentor::store

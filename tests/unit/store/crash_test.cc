// SPDX-License-Identifier: BSD-3-Clause
// Goal: whenever the power fails, and whatever the disk made of what was not synced, each lease
// whose commit had returned is found again, with its owner; and of each host what was said last, or
// what was on its way there.
#include <gtest/gtest.h>

#include "recording_disk.h"
#include "store_fixture.h"

namespace stentor::store {
namespace {

// One stentord's life on a disk that is watched: what it was promised, and what it is doing.
struct Life {
  explicit Life(std::uint64_t seed) : random(seed) {}

  DatabaseFile file() { return {folder.database(), disk.name(), &disk, 12}; }

  std::vector<lease::LeaseChange> some_changes() {
    std::vector<lease::LeaseChange> changes;
    for (std::uint64_t i = random.below(changes_max) + 1; i > 0; --i) {
      const auto address = static_cast<std::uint32_t>(random.below(addresses));
      changes.push_back(with_details(bound(address, ++versions[address]), "host"));
    }
    return changes;
  }

  // Of a host in four nothing is said any more.
  std::vector<HostChange> some_hosts() {
    std::vector<HostChange> changes;
    for (std::uint64_t i = random.below(4); i > 0; --i) {
      const auto number = static_cast<std::uint32_t>(random.below(30) + 1);
      HostChange change{.mac = host_mac(number), .host = {}};
      if (random.below(4) != 0) change.host = named_host(number, ++host_version);
      changes.push_back(change);
    }
    return changes;
  }

  void commit() {
    const auto changes = some_changes();
    const auto host_changes = some_hosts();
    for (const HostChange& change : host_changes) {
      hosts_on_their_way.erase(change.mac);
      if (change.host) hosts_on_their_way[change.mac] = *change.host;
    }
    ASSERT_TRUE(database->apply(changes, host_changes, clocks_after({})));
    for (const auto& change : changes) promise(change);
    hosts = hosts_on_their_way;
  }
  void promise(const lease::LeaseChange& change) {
    auto& version = promised[change.address.host()];
    version = std::max(version, change.version);
  }

  void rewrite() {
    const auto table = promised;
    ASSERT_TRUE(database->rewrite(
        [&](const VisitChange& visit) {
          for (const auto& [address, version] : table) visit(bound(address, version));
        },
        [&](const VisitHost& visit) {
          for (const auto& [mac, host] : hosts) visit(host);
        },
        clocks_after({})));
  }

  void restart(bool cleanly) {
    if (cleanly) {
      ASSERT_TRUE(database->end_cleanly(clocks_after({})));
    }
    database.reset();
    database = open_or_die(file());
  }

  void live(int steps) {
    database = open_or_die(file());
    for (int i = 0; i < steps; ++i) {
      const std::uint64_t what = random.below(40);
      if (what == 0) {
        rewrite();
      } else if (what <= 2) {
        restart(what == 1);
      } else {
        commit();
        ASSERT_TRUE(database->checkpoint_if_due());
      }
    }
    database.reset();
  }

  TemporaryFolder folder;
  RecordingDisk disk;
  base::Random random;
  std::uint32_t addresses = 400;
  std::uint64_t changes_max = 60;  // of a batch
  std::unique_ptr<Database> database;
  Versions versions;  // given out
  Versions promised;  // committed
  Hosts hosts;        // the same
  Hosts hosts_on_their_way;
  std::uint32_t host_version = 0;
};

// What the disk had is a database, and has what was promised; it may have what was on its way.
void expect_promised(const std::string& path, const Life& life) {
  auto opened = Database::open({path}, clocks_after({}));
  ASSERT_TRUE(opened) << opened.error().sentence;
  Versions found;
  ASSERT_TRUE(opened->database->load(clocks_after({}), [&](const StoredLease& stored) {
    const std::uint32_t address = stored.lease.address.host();
    EXPECT_EQ(stored.owner, owner_for(address, stored.lease.version)) << address;
    EXPECT_TRUE(found.emplace(address, stored.lease.version).second) << address << " twice";
  }));
  for (const auto& [address, version] : life.promised) {
    ASSERT_TRUE(found.contains(address)) << "the lease of " << address << " is lost";
    ASSERT_GE(found[address], version) << "the lease of " << address << " is an old one";
  }
  const Hosts hosts = hosts_in(*opened->database);
  EXPECT_TRUE(hosts == life.hosts || hosts == life.hosts_on_their_way)
      << hosts.size() << " hosts, of " << life.hosts.size();
}

// A life of some hundred steps is some thousand changes of the disk; the power fails at a few.
class Crash : public testing::TestWithParam<int> {};

TEST_P(Crash, LosesNothingThatWasCommitted) {
  const auto seed = static_cast<std::uint64_t>(GetParam());
  Life life(seed);
  base::Random chance(seed + 1'000);
  int crashes = 0;
  life.disk.before_each_change([&] {
    if (!chance.chance(0.01)) return;
    const TemporaryFolder left;
    life.disk.crash_into(left.path(), chance);
    expect_promised(left.database(), life);
    ++crashes;
  });
  life.live(150);
  EXPECT_GT(crashes, 10);
  EXPECT_GT(life.hosts.size(), 5u);
}
INSTANTIATE_TEST_SUITE_P(Seeds, Crash, testing::Range(1, 21));

// The few moments in which names change are worth a crash each. The log has a few of many pages: in
// another database they are in the wrong places.
TEST(Crash, LosesNothingWhileAWholeDatabaseIsPutInPlace) {
  Life life(7);
  life.addresses = 2'000;
  life.changes_max = 400;
  base::Random chance(7);
  life.database = open_or_die(life.file());
  int crashes = 0;
  for (int i = 0; i < 6; ++i) {
    for (int j = 0; j < 5; ++j) life.commit();
    ASSERT_TRUE(life.database->checkpoint_if_due());
    life.changes_max = 3;
    for (int j = 0; j < 2; ++j) life.commit();
    life.disk.before_each_change([&] {
      if (life.disk.unsynced_names() == 0 && !chance.chance(0.05)) return;
      const TemporaryFolder left;
      life.disk.crash_into(left.path(), chance);
      expect_promised(left.database(), life);
      ++crashes;
    });
    life.rewrite();
    life.disk.before_each_change({});
    life.changes_max = 400;
  }
  EXPECT_GT(crashes, 100);
}

}  // namespace
}  // namespace stentor::store

// SPDX-License-Identifier: BSD-3-Clause
// Goal: whenever the process is killed, each lease that a worker was told is committed is found
// again, with its owner and no older version, and no address twice.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "store/committer.h"

namespace stentor::store {
namespace {

constexpr std::uint32_t kAddresses = 4'096;
constexpr std::size_t kSlots = 256;
// The longest that a start may take; how long is served at the most, beside as long as one takes.
constexpr base::Duration kStartMax = std::chrono::seconds{20};
constexpr base::Duration kServing = std::chrono::milliseconds{100};

// What a worker says once committed() has reached its ticket.
struct Told {
  std::uint32_t address;
  std::uint32_t version;
};
using Versions = std::map<std::uint32_t, std::uint32_t>;

lease::Owner owner_for(std::uint32_t address, std::uint32_t version) {
  return {{std::uint64_t{address} << 32 | version, 4711}};
}

lease::LeaseChange change_of(std::uint32_t address, std::uint32_t version) {
  lease::LeaseChange change;
  change.address = wire::Ipv4Address{address};
  change.version = version;
  change.expiry = base::MonotonicClock::now() + std::chrono::hours{1};
  change.owner = owner_for(address, version);
  change.state = lease::State::bound;
  return change;
}

Versions versions_in(Database& database) {
  Versions versions;
  const auto loaded = database.load(ClockPair::now(), [&](const StoredLease& stored) {
    const std::uint32_t address = stored.lease.address.host();
    EXPECT_EQ(stored.owner, owner_for(address, stored.lease.version));
    EXPECT_TRUE(versions.emplace(address, stored.lease.version).second) << address << " twice";
  });
  EXPECT_TRUE(loaded);
  return versions;
}

// The versions of all addresses, which two workers count up: a table for this test.
using Table = std::vector<std::atomic<std::uint32_t>>;

// Changes leases at random, and tells what is on disk; for ever.
[[noreturn]] void work(Lane& lane, Table& table, int pipe, std::uint64_t seed) {
  base::Random random(seed);
  std::array<Told, kSlots> waiting{};  // by ticket
  std::uint64_t pushed = 0;
  std::uint64_t told = 0;
  for (;;) {
    if (pushed - told < kSlots) {
      const auto address = static_cast<std::uint32_t>(random.below(kAddresses));
      lease::LeaseChange change = change_of(address, table[address].fetch_add(1) + 1);
      if (const auto ticket = lane.push(change)) {
        pushed = *ticket;
        waiting[pushed % kSlots] = {address, change.version};
      }
    }
    while (told < lane.committed()) {
      ++told;
      // Whole or not at all: it is shorter than PIPE_BUF.
      if (::write(pipe, &waiting[told % kSlots], sizeof(Told)) != sizeof(Told)) ::_exit(3);
    }
  }
}

// The child. Ends by being killed.
[[noreturn]] void serve(const std::string& path, int pipe, std::uint64_t seed) {
  auto opened = Database::open({.path = path, .log_pages_max = 50}, ClockPair::now());
  if (!opened) ::_exit(2);
  Table table(kAddresses);
  for (const auto& [address, version] : versions_in(*opened->database)) table[address] = version;
  std::vector<lease::LeaseChange> a(kSlots), b(kSlots);
  const std::array<std::span<lease::LeaseChange>, 2> storage{a, b};
  Committer committer(
      *opened->database, [](const VisitChange&) {}, storage);
  std::thread other([&] { work(committer.lane(1), table, pipe, seed + 1'000'000); });
  work(committer.lane(0), table, pipe, seed);
}

// Hears the child for `life`, or until its first word, kills it, and hears what it had said until
// then. Returns how long it lived.
base::Duration hear_and_kill(pid_t child, int pipe, std::optional<base::Duration> life,
                             Versions& promised) {
  const base::Time begun = base::MonotonicClock::now();
  base::Duration lived{};
  bool is_killed = false;
  std::array<Told, 512> told;
  for (;;) {
    if (!is_killed) {
      lived = base::MonotonicClock::now() - begun;
      const bool is_over = life ? lived >= *life : !promised.empty() || lived >= kStartMax;
      if (is_over) is_killed = ::kill(child, SIGKILL) == 0;
    }
    pollfd ready{pipe, POLLIN, 0};
    if (::poll(&ready, 1, 1) <= 0) continue;
    const ssize_t length = ::read(pipe, told.data(), sizeof told);
    if (length <= 0) return lived;
    for (std::size_t i = 0; i < static_cast<std::size_t>(length) / sizeof(Told); ++i) {
      auto& version = promised[told[i].address];
      version = std::max(version, told[i].version);
    }
  }
}

void expect_promised(const std::string& path, const Versions& promised) {
  auto opened = Database::open({path}, ClockPair::now());
  ASSERT_TRUE(opened) << opened.error().sentence;
  const Versions found = versions_in(*opened->database);
  for (const auto& [address, version] : promised) {
    const auto at = found.find(address);
    ASSERT_NE(at, found.end()) << "the lease of " << address << " is lost";
    ASSERT_GE(at->second, version) << "the lease of " << address << " is an old one";
  }
}

TEST(LeaseStoreKill, LosesNothingThatAWorkerWasToldIsCommitted) {
  const char* multiplier = std::getenv("STENTOR_STRESS_ROUNDS");
  const int rounds = 200 * (multiplier != nullptr ? std::atoi(multiplier) : 1);
  std::string folder = std::filesystem::temp_directory_path() / "stentor-kill-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/leases.db";
  base::Random random(1);
  Versions promised;
  // Of the first one: what sanitizers and slow disks make of a start differs by the hundredfold.
  // The others are killed at any moment of theirs, and of as long a time after.
  std::optional<base::Duration> start;
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) serve(path, ends[1], static_cast<std::uint64_t>(round));
    ::close(ends[1]);
    std::optional<base::Duration> life;
    if (start) {
      const auto longest = static_cast<std::uint64_t>((2 * *start + kServing).count());
      life = base::Duration(random.below(longest));
    }
    const base::Duration lived = hear_and_kill(child, ends[0], life, promised);
    if (!start) start = lived;
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << status;
    expect_promised(path, promised);
  }
  EXPECT_GT(promised.size(), kAddresses / 2) << "hardly anything was promised";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace stentor::store

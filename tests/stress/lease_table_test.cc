// SPDX-License-Identifier: BSD-3-Clause
// Goal: the invariants of lease/table.h, watched from outside while real threads quarrel.
#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>

#include "base/random.h"
#include "crew.h"
#include "lease/table.h"

namespace stentor::lease {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr PoolId kPools[] = {0};
constexpr unsigned kCrew = 4;

base::Time at_second(std::uint64_t second) {
  return base::Time{seconds{static_cast<std::int64_t>(second)}};
}
wire::Ipv4Address ip(std::uint32_t host) { return wire::Ipv4Address{0x0a000000 + host}; }
std::uint32_t host_of(wire::Ipv4Address address) { return address.host() - 0x0a000000; }
Owner owner(std::uint64_t number) { return {{number, number * 77}}; }

// Pool 0 is 10.0.0.0 and up; `reserved` addresses lie behind it.
struct Subject {
  Subject(std::uint32_t count, std::uint32_t reserved)
      : addresses(count + reserved),
        plan(std::vector<PoolRange>{{ip(0), ip(count - 1)}}, behind(count, reserved)),
        memory(std::aligned_alloc(64, zeroed_bytes()), &std::free),
        table(plan, zeroed()) {}

  static std::vector<wire::Ipv4Address> behind(std::uint32_t count, std::uint32_t reserved) {
    std::vector<wire::Ipv4Address> list;
    for (std::uint32_t i = 0; i < reserved; ++i) list.push_back(ip(count + i));
    return list;
  }
  std::size_t zeroed_bytes() const { return (Table::bytes_needed(plan) + 63) / 64 * 64; }
  base::MutableBytes zeroed() {
    std::memset(memory.get(), 0, zeroed_bytes());
    return {static_cast<std::uint8_t*>(memory.get()), zeroed_bytes()};
  }

  const std::uint32_t addresses;
  const Plan plan;
  const std::unique_ptr<void, decltype(&std::free)> memory;
  Table table;
};

// One thread's view of the versions: none may ever go back (invariant 3).
class VersionWatch {
 public:
  explicit VersionWatch(std::uint32_t addresses) : seen_(addresses) {}

  void look(const Table& table, std::uint32_t host) {
    const auto lease = table.at(ip(host));
    ASSERT_TRUE(lease);
    ASSERT_GE(static_cast<std::int32_t>(lease->version - seen_[host]), 0) << "address " << host;
    seen_[host] = lease->version;
  }

 private:
  std::vector<std::uint32_t> seen_;
};

// At rest, after everything: what is held belongs to exactly one of `owners`, each of whom holds at
// most one; and no address of the pool was lost.
void check_at_rest(Subject& subject, std::uint32_t pool, std::uint64_t owners, base::Time now) {
  std::vector<int> holders(subject.addresses);
  std::uint64_t held = 0;
  for (std::uint64_t number = 1; number <= owners; ++number) {
    const auto lease = subject.table.find(owner(number));
    if (!lease) continue;
    ASSERT_EQ(++holders[host_of(lease->address)], 1) << "invariant 1, owner " << number;
    const bool live = lease->state != State::free && lease->expiry > now;
    held += live ? 1u : 0u;
  }
  const auto census = subject.table.census(now);
  ASSERT_EQ(census.offered + census.bound, held)
      << "invariant 2: an address is held that its owner does not find";

  const base::Time later = now + std::chrono::hours{24};
  for (int i = 0; i < 3; ++i) subject.table.sweep(later, subject.addresses);
  std::vector<bool> given(pool);
  for (std::uint64_t i = 0; i < pool; ++i) {
    const auto lease = subject.table.offer(owner(1'000'000 + i), kPools, {}, later, seconds{60});
    ASSERT_TRUE(lease) << "an address was lost: only " << i << " of " << pool << " are left";
    ASSERT_FALSE(given[host_of(lease->address)]) << "invariant 1";
    given[host_of(lease->address)] = true;
  }
  ASSERT_EQ(subject.table.offer(owner(9'999'999), kPools, {}, later, seconds{60}).error(),
            Refusal::exhausted);
}

// Each thread has clients of its own and marks on a board what they hold: whoever is given an
// address finds it unmarked. There are more clients than addresses.
TEST(LeaseTableStress, NoAddressHasTwoOwners) {
  constexpr std::uint32_t kPool = 100;
  constexpr std::uint64_t kClients = 40;
  Subject subject(kPool, 0);
  Table& table = subject.table;
  const base::Time now = at_second(1000);
  std::vector<std::atomic<std::uint64_t>> board(kPool);
  std::atomic<std::uint64_t> violations{0};
  std::atomic<std::uint64_t> leases{0};

  stress::run_crew(kCrew, [&](unsigned member) {
    base::Random random(member + 1);
    VersionWatch versions(kPool);
    const std::uint64_t steps = stress::rounds(60'000);
    for (std::uint64_t step = 0; step < steps; ++step) {
      const std::uint64_t client = 1 + member * kClients + random.below(kClients);
      const auto wanted = random.chance(0.5)
                              ? std::optional{ip(static_cast<std::uint32_t>(random.below(kPool)))}
                              : std::nullopt;
      const auto offered = table.offer(owner(client), kPools, wanted, now, minutes{1});
      if (!offered) continue;
      const std::uint32_t host = host_of(offered->address);
      const std::uint64_t before = board[host].exchange(client, std::memory_order_relaxed);
      if (before != 0 && before != client) ++violations;
      leases.fetch_add(1, std::memory_order_relaxed);
      if (random.chance(0.5)) {
        if (!table.bind(owner(client), offered->address, now, now + minutes{60})) ++violations;
      }
      versions.look(table, host);
      if (random.chance(0.1)) continue;  // keeps it
      if (board[host].exchange(0, std::memory_order_relaxed) != client) ++violations;
      if (random.chance(0.05)) {
        // Refused when the quarantine is full: then it is still his.
        if (table.decline(owner(client), offered->address, now, minutes{1})) continue;
      }
      table.withdraw_offer(owner(client), now);
      static_cast<void>(table.release(owner(client), offered->address, now));
    }
  });
  EXPECT_EQ(violations, 0u);
  EXPECT_GT(leases, 1000u);
  check_at_rest(subject, kPool, kCrew * kClients, now);
}

// Two relays deliver one DISCOVER to two workers at once: both must offer the same address, while
// others fight for the same few addresses.
TEST(LeaseTableStress, AnOwnerSeenByTwoWorkersGetsOneAddress) {
  constexpr std::uint32_t kPool = 24;
  Subject subject(kPool, 0);
  Table& table = subject.table;
  const base::Time now = at_second(1000);
  stress::StartLine line(2);
  const std::uint64_t rounds = stress::rounds(3'000);
  std::array<std::atomic<std::uint32_t>, 2> given{};
  std::atomic<std::uint64_t> violations{0};
  std::atomic<bool> stop{false};

  stress::run_crew(3, [&](unsigned member) {
    base::Random random(member + 11);
    if (member == 2) {
      while (!stop.load(std::memory_order_relaxed)) {
        const Owner other = owner(500'000 + random.below(8));
        static_cast<void>(table.offer(other, kPools, {}, now, minutes{1}));
        table.withdraw_offer(other, now);
        if (random.chance(0.05)) std::this_thread::yield();
      }
      return;
    }
    for (std::uint64_t round = 0; round < rounds; ++round) {
      const Owner both = owner(1 + round % 50);
      line.wait();
      const auto lease = table.offer(both, kPools, {}, now, minutes{1});
      given[member].store(lease ? host_of(lease->address) : UINT32_MAX);
      line.wait();
      if (given[0].load() != given[1].load() || !lease) ++violations;
      line.wait();
      // Half of the rounds end with both giving it back at once, the others with one.
      if (member == 0 || round % 2 == 0) table.withdraw_offer(both, now);
    }
    stop.store(true, std::memory_order_relaxed);
  });
  EXPECT_EQ(violations, 0u);
  for (std::uint64_t i = 0; i < 8; ++i) table.withdraw_offer(owner(500'000 + i), now);
  check_at_rest(subject, kPool, 50, now);
}

// A clock that runs: nobody is given an address that was promised to another and is still current,
// nor one that was touched less than two minutes ago.
TEST(LeaseTableStress, NoPromiseIsBrokenWhileTheClockRuns) {
  constexpr std::uint32_t kPool = 32;
  constexpr std::uint64_t kClients = 20;
  Subject subject(kPool, 0);
  Table& table = subject.table;
  std::atomic<std::uint64_t> clock{1000};
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> violations{0};
  std::atomic<std::uint64_t> takeovers{0};
  // (client << 32 | until): the last promise for each address.
  std::vector<std::atomic<std::uint64_t>> board(kPool);

  stress::run_crew(kCrew, [&](unsigned member) {
    base::Random random(member + 21);
    if (member == 0) {
      for (std::uint64_t tick = 0; tick < stress::rounds(200); ++tick) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
        clock.fetch_add(5, std::memory_order_relaxed);
        table.sweep(at_second(clock.load(std::memory_order_relaxed)), 8);
      }
      stop.store(true, std::memory_order_relaxed);
      return;
    }
    while (!stop.load(std::memory_order_relaxed)) {
      const std::uint64_t client = member * kClients + random.below(kClients);
      const std::uint64_t now = clock.load(std::memory_order_relaxed);
      auto lease = table.offer(owner(client), kPools, {}, at_second(now), seconds{10});
      if (!lease) continue;
      if (random.chance(0.7)) {
        const auto bound = table.bind(owner(client), lease->address, at_second(now),
                                      at_second(now + 20 + random.below(20)));
        if (!bound) continue;  // a slow thread: the offer has run out meanwhile
        lease = bound;
      }
      const std::uint32_t host = host_of(lease->address);
      std::uint64_t until =
          static_cast<std::uint64_t>(lease->expiry.time_since_epoch() / seconds{1});
      if (random.chance(0.1)) {
        table.touch(lease->address, at_second(now));
        until = std::max(until, now + 120);
      }
      const std::uint64_t before =
          board[host].exchange(client << 32 | until, std::memory_order_relaxed);
      // Only who is still the holder may judge, or he takes a rightful successor for a thief.
      const bool current = table.at(lease->address)->version == lease->version;
      const std::uint64_t time = clock.load(std::memory_order_relaxed);
      if (current && before >> 32 != client) {
        takeovers.fetch_add(1, std::memory_order_relaxed);
        if ((before & 0xffffffff) > time) ++violations;
      }
    }
  });
  EXPECT_EQ(violations, 0u);
  EXPECT_GT(takeovers, 20u);
  check_at_rest(subject, kPool, kCrew * kClients, at_second(clock));
}

// Everything at once: all threads act for the same clients, reservations included, and the clock
// runs. What must hold is judged at rest.
TEST(LeaseTableStress, SharedOwnersAndReservationsLeaveASoundTable) {
  constexpr std::uint32_t kPool = 20;
  constexpr std::uint32_t kReserved = 4;
  constexpr std::uint64_t kClients = 40;
  Subject subject(kPool, kReserved);
  Table& table = subject.table;
  std::atomic<std::uint64_t> clock{1'000'000};

  stress::run_crew(kCrew, [&](unsigned member) {
    base::Random random(member + 31);
    VersionWatch versions(kPool + kReserved);
    for (std::uint64_t step = 0; step < stress::rounds(200'000); ++step) {
      const std::uint64_t number = 1 + random.below(kClients);
      const Owner client = owner(number);
      const auto host = static_cast<std::uint32_t>(random.below(kPool + kReserved));
      const base::Time now = at_second(clock.fetch_add(1, std::memory_order_relaxed) / 100);
      const auto held = table.find(client);
      const wire::Ipv4Address address = held ? held->address : ip(host);
      switch (random.below(10)) {
        case 0:
          static_cast<void>(table.bind(client, address, now, now + seconds{30}));
          break;
        case 1:
          static_cast<void>(table.release(client, address, now));
          break;
        case 2:
          static_cast<void>(table.decline(client, address, now, seconds{20}));
          break;
        case 3:
          table.withdraw_offer(client, now);
          break;
        case 4:
          table.sweep(now, 32);
          break;
        case 5:
          if (number <= kReserved) {
            const auto own = ip(kPool + static_cast<std::uint32_t>(number) - 1);
            static_cast<void>(table.offer_reserved(client, own, now, seconds{15}));
          }
          break;
        case 6:
          if (random.chance(0.02)) table.touch(address, now);
          break;
        default:
          static_cast<void>(table.offer(client, kPools, ip(host), now, seconds{15}));
      }
      versions.look(table, host);
    }
  });
  check_at_rest(subject, kPool, kClients, at_second(clock.load() / 100));
}

// A worker's clients, and what each has been promised; nobody else acts for them. The board has for
// each address the last promise of it, (client << 32 | until).
class Tenants {
 public:
  using Board = std::vector<std::atomic<std::uint64_t>>;

  Tenants(Table& table, Board& board, std::uint64_t clients)
      : table_(table), board_(board), promises_(clients + 1) {}

  // What was promised before may be left for something else, and is nobody's promise any more.
  void forget(std::uint64_t client) {
    Promise& promise = promises_[client];
    board_[promise.host].compare_exchange_strong(promise.mark, 0, std::memory_order_relaxed);
    promise = {};
  }
  // False: it is another's, who was promised it for longer than now; or it is not found as his.
  bool note(std::uint64_t client, const Lease& lease, std::uint64_t now) {
    const auto until = static_cast<std::uint64_t>(lease.expiry.time_since_epoch() / seconds{1});
    Promise& promise = promises_[client];
    promise = {host_of(lease.address), client << 32 | until};
    const std::uint64_t before =
        board_[promise.host].exchange(promise.mark, std::memory_order_relaxed);
    const bool is_anothers = before >> 32 != client && (before & 0xffffffff) > now;
    return !is_anothers && table_.is_owner(lease.address, owner(client));
  }

 private:
  struct Promise {
    std::uint32_t host = 0;
    std::uint64_t mark = 0;
  };
  Table& table_;
  Board& board_;
  std::vector<Promise> promises_;
};

// Rounds of a table of which one thread reserves addresses, and takes that back: those of one half
// before each round, those of the other all the time. The clock goes on between rounds.
struct Reserving {
  static constexpr std::uint32_t kFixed = 12;
  static constexpr std::uint32_t kPool = 24;
  static constexpr std::uint64_t kClients = 12;  // of a worker
  static constexpr unsigned kWorkers = kCrew - 1;

  bool toss(base::Random& random, std::uint32_t host) {
    const bool is_reserved = random.chance(0.5);
    if (!is_reserved) {
      table.unreserve(ip(host));
    } else if (!table.reserve(ip(host))) {
      ++violations;
    }
    return is_reserved;
  }
  void control(std::uint64_t rounds) {
    base::Random random(41);
    for (std::uint64_t round = 0; round < rounds; ++round) {
      for (std::uint32_t host = 0; host < kFixed; ++host) is_fixed[host] = toss(random, host);
      at_work = kWorkers;
      line.wait();
      while (at_work.load(std::memory_order_relaxed) != 0) {
        toss(random, kFixed + static_cast<std::uint32_t>(random.below(kPool - kFixed)));
        if (random.chance(0.1)) std::this_thread::yield();
      }
      line.wait();
    }
    for (std::uint32_t host = 0; host < kPool; ++host) table.unreserve(ip(host));
  }
  void work(unsigned worker, std::uint64_t rounds) {
    base::Random random(worker + 42);
    Tenants tenants(table, board, kWorkers * kClients);
    for (std::uint64_t round = 0; round < rounds; ++round) {
      line.wait();
      for (int i = 0; i < 150; ++i) {
        serve(tenants, random, 1 + worker * kClients + random.below(kClients), second_of(round));
      }
      --at_work;
      line.wait();
    }
  }
  static std::uint64_t second_of(std::uint64_t round) { return 1000 + 5 * round; }

  void serve(Tenants& tenants, base::Random& random, std::uint64_t client, std::uint64_t second) {
    const base::Time now = at_second(second);
    const auto host = static_cast<std::uint32_t>(random.below(kPool));
    const bool is_its_own = host == client % kClients;  // and one's of each other worker
    tenants.forget(client);
    auto lease = is_its_own ? table.offer_reserved(owner(client), ip(host), now, seconds{8})
                            : table.offer(owner(client), kPools, ip(host), now, seconds{8});
    if (random.chance(0.2)) table.sweep(now, 16);
    if (!lease) return;
    ++(is_its_own ? reserved_offers : offers);
    // A lease that it has, it keeps.
    const std::uint32_t given = host_of(lease->address);
    const bool is_new = !is_its_own && lease->state == State::offered;
    if (is_new && given < kFixed && is_fixed[given].load(std::memory_order_relaxed)) ++violations;
    if (random.chance(0.5)) {
      const base::Time until = at_second(second + 1 + random.below(20));
      lease = table.bind(owner(client), lease->address, now, until);
      if (!lease) return static_cast<void>(++violations);
    }
    if (!tenants.note(client, *lease, second)) ++violations;
    if (random.chance(0.7)) end(tenants, random, client, *lease, now);
  }
  void end(Tenants& tenants, base::Random& random, std::uint64_t client, const Lease& lease,
           base::Time now) {
    tenants.forget(client);
    // Refused when the quarantine is full: then it is still his.
    const bool declines = random.chance(0.05);
    if (declines && table.decline(owner(client), lease.address, now, seconds{8})) return;
    if (lease.state == State::offered) return table.withdraw_offer(owner(client), now);
    if (!table.release(owner(client), lease.address, now)) ++violations;
  }

  Subject subject{kPool, 0};
  Table& table = subject.table;
  Tenants::Board board = Tenants::Board(kPool);
  std::array<std::atomic<bool>, kFixed> is_fixed{};
  std::atomic<unsigned> at_work{0};
  std::atomic<std::uint64_t> violations{0};
  std::atomic<std::uint64_t> offers{0};
  std::atomic<std::uint64_t> reserved_offers{0};
  stress::StartLine line{kCrew};
};

// Those that were reserved before a round are offered to nobody in it; nobody loses what he was
// promised; and at rest no address is lost.
TEST(LeaseTableStress, WhatIsReservedMeanwhileIsNobodyElsesAndIsNotLost) {
  Reserving reserving;
  const std::uint64_t rounds = stress::rounds(400);
  stress::run_crew(kCrew, [&](unsigned member) {
    member == 0 ? reserving.control(rounds) : reserving.work(member - 1, rounds);
  });
  EXPECT_EQ(reserving.violations, 0u);
  EXPECT_GT(reserving.offers, 1000u);
  EXPECT_GT(reserving.reserved_offers, 100u);
  check_at_rest(reserving.subject, Reserving::kPool, Reserving::kWorkers * Reserving::kClients,
                at_second(Reserving::second_of(rounds)));
}

}  // namespace
}  // namespace stentor::lease

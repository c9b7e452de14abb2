// SPDX-License-Identifier: BSD-3-Clause
// Goal: the invariants of the lease table hold over reloads that change its addresses while threads
// quarrel for them: no address has two owners, no owner two addresses, no promise is broken, no
// address is lost, and the memory of the start is enough.
#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>
#include <optional>

#include "base/published.h"
#include "base/random.h"
#include "crew.h"
#include "lease/tables_setup.h"

namespace stentor::lease {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr unsigned kCrew = 3;
constexpr std::uint32_t kHosts = 400;  // that any plan has
constexpr std::uint32_t kReservedHost = 250;
constexpr Table::Room kRoom{.slots = 512, .pools = 16};
constexpr PoolId kPools[] = {0, 1};

base::Time at_second(std::uint64_t second) {
  return base::Time{seconds{static_cast<std::int64_t>(second)}};
}
wire::Ipv4Address ip(std::uint32_t host) { return wire::Ipv4Address{0x0a000000 + host}; }
std::uint32_t host_of(wire::Ipv4Address address) { return address.host() - 0x0a000000; }
Owner owner(std::uint64_t number) { return {{number, number * 77}}; }

// Two pools that lie anywhere, of any size, with reserved addresses inside and outside.
Plan random_plan(base::Random& random) {
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>(random.below(limit));
  };
  const std::uint32_t first = below(150);
  const std::uint32_t middle = first + below(40);
  const std::uint32_t second = middle + 1 + below(60);
  return Plan(std::vector<PoolRange>{{ip(first), ip(middle)}, {ip(second), ip(second + below(40))}},
              std::vector{ip(first + below(40)), ip(kReservedHost), ip(300 + below(50))});
}

// What a worker's burst goes by.
struct View {
  Table* table;
};

struct Subject {
  Subject() : plan(std::vector<PoolRange>{{ip(0), ip(49)}, {ip(60), ip(89)}}, {}) {
    std::memset(memory.get(), 0, bytes);
    tables.emplace(plan, base::MutableBytes{static_cast<std::uint8_t*>(memory.get()), bytes},
                   kRoom);
    views.emplace(std::make_unique<View>(View{&tables->current()}), kCrew);
  }

  // The control thread's: false, the plan found no room.
  bool reload(const Plan& next, base::Time now) {
    const auto prepared = tables->prepare(next, now);
    if (prepared) {
      auto view = std::make_unique<View>(View{*prepared});
      tables->commit();
      views->publish(std::move(view));
    }
    const std::uint64_t mark = views->mark();
    while (!views->passed(mark)) std::this_thread::yield();
    views->reclaim();
    tables->settle();
    return prepared.has_value();
  }

  const Plan plan;
  const std::size_t bytes = (Table::bytes_needed(plan, kRoom) + 63) / 64 * 64;
  const std::unique_ptr<void, decltype(&std::free)> memory{std::aligned_alloc(64, bytes),
                                                           &std::free};
  std::optional<Tables> tables;
  std::optional<base::Published<View>> views;
};

// At rest. Whatever an owner holds is his alone; and of the plan's addresses each is given to
// somebody once time has passed.
void check_at_rest(Subject& subject, const Plan& plan, std::uint64_t owners, base::Time now) {
  Table& table = subject.tables->current();
  std::vector<int> holders(kHosts);
  std::uint64_t held = 0;
  for (std::uint64_t number = 1; number <= owners; ++number) {
    const auto lease = table.find(owner(number));
    if (!lease) continue;
    ASSERT_EQ(++holders[host_of(lease->address)], 1) << "invariant 1, owner " << number;
    held += lease->state != State::free && lease->expiry > now ? 1u : 0u;
  }
  const auto census = table.census(now);
  ASSERT_EQ(census.offered + census.bound, held) << "invariant 2";

  const base::Time later = now + std::chrono::hours{24};
  for (int i = 0; i < 3; ++i) table.sweep(later, kHosts);
  std::size_t free = plan.interval_of(0).count + plan.interval_of(1).count;
  for (const Slot slot : plan.reserved()) free -= plan.range_of(slot) == kNoPool ? 0u : 1u;
  std::vector<bool> given(kHosts);
  for (std::size_t i = 0; i < free; ++i) {
    const auto lease = table.offer(owner(1'000'000 + i), kPools, {}, later, seconds{60});
    ASSERT_TRUE(lease) << "an address was lost: only " << i << " of " << free << " are left";
    const std::uint32_t host = host_of(lease->address);
    ASSERT_FALSE(given[host]) << "invariant 1";
    ASSERT_NE(plan.pool_of(*plan.slot_of(ip(host))), kNoPool) << "it is in no pool";
    given[host] = true;
  }
  ASSERT_EQ(table.offer(owner(9'999'999), kPools, {}, later, seconds{60}).error(),
            Refusal::exhausted);
  for (std::size_t i = 0; i < free; ++i) table.withdraw_offer(owner(1'000'000 + i), later);
}

// (client << 32 | until), the last promise for each address; and how often it passed from one to
// another.
class Board {
 public:
  // After the table has given `lease` to `client`.
  void note(const Table& table, std::uint64_t client, const Lease& lease, std::uint64_t until,
            const std::atomic<std::uint64_t>& clock) {
    const std::uint64_t before =
        promises_[host_of(lease.address)].exchange(client << 32 | until, std::memory_order_relaxed);
    // Only who is still the holder may judge, or he takes a rightful successor for a thief.
    const auto now = table.at(lease.address);
    if (!now || now->version != lease.version || before >> 32 == client) return;
    takeovers.fetch_add(1, std::memory_order_relaxed);
    if ((before & 0xffffffff) > clock.load(std::memory_order_relaxed)) {
      violations.fetch_add(1, std::memory_order_relaxed);
    }
  }
  // Before the table is told that it is given back.
  void give_back(std::uint64_t client, wire::Ipv4Address address) {
    std::atomic<std::uint64_t>& promise = promises_[host_of(address)];
    std::uint64_t seen = promise.load(std::memory_order_relaxed);
    if (seen >> 32 == client) promise.compare_exchange_strong(seen, seen & ~0xffffffffULL);
  }

  std::atomic<std::uint64_t> violations{0};
  std::atomic<std::uint64_t> takeovers{0};

 private:
  std::vector<std::atomic<std::uint64_t>> promises_ =
      std::vector<std::atomic<std::uint64_t>>(kHosts);
};

// One burst of a worker, for a client of its own.
void act(Table& table, Board& board, base::Random& random, std::uint64_t client,
         const std::atomic<std::uint64_t>& clock) {
  const std::uint64_t second = clock.load(std::memory_order_relaxed);
  const base::Time now = at_second(second);
  const auto wanted = random.chance(0.3)
                          ? std::optional{ip(static_cast<std::uint32_t>(random.below(200)))}
                          : std::nullopt;
  auto lease = random.chance(0.1)
                   ? table.offer_reserved(owner(client), ip(kReservedHost), now, seconds{5})
                   : table.offer(owner(client), kPools, wanted, now, seconds{5});
  if (!lease) return;
  // An offer is taken back where its owner finds itself in another pool.
  std::uint64_t until = 0;
  if (random.chance(0.8)) {
    lease =
        table.bind(owner(client), lease->address, now, at_second(second + 5 + random.below(20)));
    if (!lease) return;
  }
  if (lease->state == State::bound) {
    until = static_cast<std::uint64_t>(lease->expiry.time_since_epoch() / seconds{1});
  }
  board.note(table, client, *lease, until, clock);
  if (random.chance(0.3)) {
    board.give_back(client, lease->address);
    if (random.chance(0.2) && table.decline(owner(client), lease->address, now, seconds{20}))
      return;
    static_cast<void>(table.release(owner(client), lease->address, now));
    table.withdraw_offer(owner(client), now);
  }
  table.sweep(now, 8);
}

TEST(LeaseReloadStress, InvariantsHoldOverAnyNumberOfReloads) {
  constexpr std::uint64_t kClients = 60;
  Subject subject;
  Board board;
  std::atomic<std::uint64_t> clock{1000};
  std::atomic<bool> stop{false};
  std::uint64_t reloads = 0;
  std::uint64_t refused = 0;
  Plan plan = subject.plan;

  stress::run_crew(kCrew + 1, [&](unsigned member) {
    base::Random random(member + 31);
    if (member == kCrew) {
      for (std::uint64_t i = 0; i < stress::rounds(400); ++i) {
        Plan next = random_plan(random);
        if (subject.reload(next, at_second(clock.load(std::memory_order_relaxed)))) {
          plan = std::move(next);
          ++reloads;
        } else {
          ++refused;
        }
        if (random.chance(0.2)) clock.fetch_add(1, std::memory_order_relaxed);
        if (random.chance(0.3)) std::this_thread::yield();
      }
      stop.store(true, std::memory_order_relaxed);
      return;
    }
    while (!stop.load(std::memory_order_relaxed)) {
      Table& table = *subject.views->read(member).table;
      for (int i = 0; i < 4; ++i) {
        act(table, board, random, 1 + member * kClients + random.below(kClients), clock);
      }
    }
    subject.views->park(member);
  });
  EXPECT_EQ(board.violations, 0u) << "an address was given to another before its promise was over";
  EXPECT_GT(board.takeovers, 20u);
  EXPECT_GT(reloads, 100u);
  EXPECT_EQ(refused, 0u) << "the memory of the start is enough";
  check_at_rest(subject, plan, kCrew * kClients, at_second(clock));
}

// All threads act for the same clients: an owner that two workers see at once, one by the old table
// and one by the new.
TEST(LeaseReloadStress, SharedOwnersLeaveASoundTable) {
  constexpr std::uint64_t kClients = 50;
  Subject subject;
  std::atomic<std::uint64_t> clock{1000};
  std::atomic<bool> stop{false};
  Plan plan = subject.plan;
  stress::run_crew(kCrew + 1, [&](unsigned member) {
    base::Random random(member + 51);
    Board board;  // judged at rest alone
    if (member == kCrew) {
      for (std::uint64_t i = 0; i < stress::rounds(300); ++i) {
        const std::uint64_t second = clock.fetch_add(random.below(2), std::memory_order_relaxed);
        Plan next = random_plan(random);
        if (subject.reload(next, at_second(second))) plan = std::move(next);
        if (i % 100 != 0) continue;
        ASSERT_LE(subject.tables->current().census(at_second(second)).bound, kClients);
      }
      stop.store(true, std::memory_order_relaxed);
      return;
    }
    while (!stop.load(std::memory_order_relaxed)) {
      act(*subject.views->read(member).table, board, random, 1 + random.below(kClients), clock);
    }
    subject.views->park(member);
  });
  check_at_rest(subject, plan, kClients, at_second(clock));
}

}  // namespace
}  // namespace stentor::lease

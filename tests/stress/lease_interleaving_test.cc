// SPDX-License-Identifier: BSD-3-Clause
// Goal: no order in which the steps of two workers can interleave breaks the lease table.
//
// Two calls run as fibers of one thread. Every schedule with up to kPreemptions switches in mid-
// call is tried, from a set of small tables, for every pair of calls; after each, the table at rest
// is judged. A step is an access to an atomic (stepped_atomic.h), in sequentially consistent order:
// what weaker orders could do is TSan's and the argument's matter.
#include "fibers.h"
#include "lease/record.h"
#include "lease/tables_setup.h"

namespace stentor::lease {
namespace {

using std::chrono::seconds;
using stress::Fibers;

constexpr std::uint32_t kPool = 3;
constexpr PoolId kPools[] = {0};
constexpr base::Time kNow{seconds{1000}};
constexpr base::Time kExpired{seconds{1060}};  // the offers of kNow have run out
constexpr seconds kHold{60};

wire::Ipv4Address ip(std::uint32_t host) { return wire::Ipv4Address{0x0a000000 + host}; }
const wire::Ipv4Address kReserved = ip(9);
Owner owner(std::uint64_t number) { return {{number, 0}}; }

struct Subject {
  Subject()
      : plan(std::vector<PoolRange>{{ip(0), ip(kPool - 1)}}, std::vector{kReserved}),
        bytes((Table::bytes_needed(plan) + 63) / 64 * 64),
        memory(std::aligned_alloc(64, bytes), &std::free) {
    std::memset(memory.get(), 0, bytes);
    table.emplace(plan, base::MutableBytes{static_cast<std::uint8_t*>(memory.get()), bytes});
  }
  const Plan plan;
  const std::size_t bytes;
  const std::unique_ptr<void, decltype(&std::free)> memory;
  std::optional<Table> table;
};

// What a call tells its client to be his, at kExpired and after.
using Promise = std::optional<wire::Ipv4Address>;

struct Setting {
  const char* name;
  void (*make)(Table&);
};

struct Call {
  const char* name;
  std::uint64_t client;  // 0: nobody's
  Promise (*run)(Table&);
};

Promise offer(Table& table, std::uint64_t number, base::Time now,
              std::optional<wire::Ipv4Address> wanted = {}) {
  const auto lease = table.offer(owner(number), kPools, wanted, now, kHold);
  return lease && lease->expiry > kExpired ? Promise{lease->address} : std::nullopt;
}
Promise bind(Table& table, std::uint64_t number, wire::Ipv4Address address) {
  const auto lease = table.bind(owner(number), address, kNow, kNow + 10 * kHold);
  return lease ? Promise{lease->address} : std::nullopt;
}

const std::vector<Setting> kSettings = {
    {"empty", [](Table&) {}},
    {"owner 1 offered", [](Table& t) { offer(t, 1, kNow); }},
    {"owner 1 bound", [](Table& t) { bind(t, 1, ip(0)); }},
    {"owner 1 gave back",
     [](Table& t) {
       for (const std::uint64_t i : {3u, 1u, 4u}) offer(t, i, kNow);
       for (const std::uint64_t i : {1u, 3u}) t.withdraw_offer(owner(i), kNow);
     }},
    {"full of offers",
     [](Table& t) {
       for (const std::uint64_t i : {1u, 3u, 4u}) offer(t, i, kNow);
     }},
    {"owner 1 came back to a queued address",
     [](Table& t) {
       for (const std::uint64_t i : {1u, 3u, 4u}) offer(t, i, kNow);
       t.withdraw_offer(owner(1), kNow);
       offer(t, 1, kNow);
     }},
};

template <typename T>
Promise nothing(const T&) {
  return std::nullopt;
}

const std::vector<Call> kCalls = {
    {"offer 1", 1, [](Table& t) { return offer(t, 1, kNow); }},
    {"offer 1 wanted", 1, [](Table& t) { return offer(t, 1, kNow, ip(1)); }},
    {"offer 1 late", 1, [](Table& t) { return offer(t, 1, kExpired); }},
    {"offer 2 late", 2, [](Table& t) { return offer(t, 2, kExpired); }},
    {"offer 2 wanted late", 2, [](Table& t) { return offer(t, 2, kExpired, ip(0)); }},
    {"bind 1", 1, [](Table& t) { return bind(t, 1, ip(0)); }},
    {"release 1", 1, [](Table& t) { return nothing(t.release(owner(1), ip(0), kNow)); }},
    {"decline 1", 1, [](Table& t) { return nothing(t.decline(owner(1), ip(0), kNow, kHold)); }},
    {"withdraw 1", 1, [](Table& t) { return t.withdraw_offer(owner(1), kNow), Promise{}; }},
    {"reserve 1", 1,
     [](Table& t) { return nothing(t.offer_reserved(owner(1), kReserved, kNow, kHold)); }},
    {"sweep late", 0, [](Table& t) { return t.sweep(kExpired, 64), Promise{}; }},
    {"touch", 0, [](Table& t) { return t.touch(ip(0), kExpired), Promise{}; }},
};

// Of a table whose pool is `first` to `last`: nothing is doubled, unreachable or lost; empty if so.
std::string fault_at_rest(Table& table, std::uint32_t first, std::uint32_t last) {
  std::vector<int> holders(kPool + 10);
  std::uint64_t held = 0;
  for (std::uint64_t number = 1; number <= 4; ++number) {
    const auto lease = table.find(owner(number));
    if (!lease) continue;
    if (++holders[lease->address.host() - 0x0a000000] > 1) return "an address has two owners";
    if (lease->state != State::free && lease->expiry > kNow) ++held;
  }
  const auto census = table.census(kNow);
  if (census.offered + census.bound != held) return "an address is held by nobody, or not found";
  const base::Time later = kNow + std::chrono::hours{24};
  std::vector<bool> given(last + 1);
  for (std::uint64_t i = first; i <= last; ++i) {
    const auto lease = table.offer(owner(100 + i), kPools, {}, later, kHold);
    if (!lease) return "an address was lost";
    const std::uint32_t host = lease->address.host() - 0x0a000000;
    if (host < first || host > last) return "an address is given that is in no pool";
    if (given[host]) return "an address was given twice";
    given[host] = true;
  }
  if (table.offer(owner(200), kPools, {}, later, kHold)) return "an address came from nowhere";
  return "";
}

// Runs `calls` on a table in `setting` in every schedule; returns how many there were.
std::uint64_t try_all(const Setting& setting, const std::vector<const Call*>& calls,
                      std::size_t preemptions) {
  Fibers fibers;
  std::optional<Subject> subject;
  std::vector<Promise> promises;
  std::uint64_t schedules = 0;
  const auto make = [&] {
    setting.make(*subject.emplace().table);
    promises.assign(calls.size(), std::nullopt);
    std::vector<std::function<void()>> runs;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      runs.emplace_back([&, i] { promises[i] = calls[i]->run(*subject->table); });
    }
    return runs;
  };
  const auto is_broken = [&](std::size_t i) {
    const auto is_same = [&](const Call* call) { return call->client == calls[i]->client; };
    if (!promises[i] || std::ranges::count_if(calls, is_same) > 1) return false;
    return !subject->table->is_owner(*promises[i], owner(calls[i]->client));
  };
  const auto judge = [&](std::size_t steps, const Fibers::Schedule& schedule) {
    ++schedules;
    std::string fault = steps == 0 ? "the calls do not end" : "";
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (is_broken(i)) fault = std::string{"the promise is not kept of "} + calls[i]->name;
    }
    if (subject->table->is_reserved(ip(0))) subject->table->unreserve(ip(0));
    if (fault.empty()) fault = fault_at_rest(*subject->table, 0, kPool - 1);
    if (fault.empty()) return true;
    for (const Call* call : calls) fault += std::string{" | "} + call->name;
    for (const std::size_t step : schedule) fault += ", switch at " + std::to_string(step);
    ADD_FAILURE() << setting.name << ": " << fault;
    return false;
  };
  stress::explore(fibers, preemptions, make, judge);
  return schedules;
}

TEST(LeaseInterleaving, NoScheduleOfTwoCallsBreaksTheTable) {
  std::uint64_t schedules = 0;
  for (const Setting& setting : kSettings) {
    for (const Call& one : kCalls) {
      for (const Call& other : kCalls) {
        schedules += try_all(setting, {&one, &other}, 2);
        if (HasFailure()) return;
      }
    }
  }
  RecordProperty("schedules", std::to_string(schedules));
  EXPECT_GT(schedules, 100'000u);
}

TEST(LeaseInterleaving, NoScheduleOfTwoOffersToOneOwnerGivesTwoAddresses) {
  for (const Setting& setting : kSettings) {
    EXPECT_GT(try_all(setting, {&kCalls[0], &kCalls[1]}, 3), 100u) << setting.name;
    if (HasFailure()) return;
  }
}

TEST(LeaseInterleaving, NoScheduleOfThreeCallsBreaksTheTable) {
  for (const Setting& setting : kSettings) {
    for (const Call& third : kCalls) {
      try_all(setting, {&kCalls[0], &kCalls[3], &third}, 2);
      if (HasFailure()) return;
    }
  }
}

// 10.0.0.0 was reserved before a worker comes to it; and what control does meanwhile.
const std::vector<Setting> kReservedSettings = {
    {"reserved while free", [](Table& t) { t.reserve(ip(0)); }},
    {"reserved and met",
     [](Table& t) {
       t.reserve(ip(0));
       for (const std::uint64_t i : {3u, 4u}) offer(t, i, kNow);
       for (const std::uint64_t i : {3u, 4u}) t.withdraw_offer(owner(i), kNow);
     }},
    {"reserved and given back by its machine",
     [](Table& t) {
       t.reserve(ip(0));
       t.offer_reserved(owner(1), ip(0), kNow, kHold);
       for (const std::uint64_t i : {3u, 4u}) offer(t, i, kNow);
       t.withdraw_offer(owner(1), kNow);
     }},
    {"reserved while bound", [](Table& t) { bind(t, 1, ip(0)), t.reserve(ip(0)); }},
    {"reserved while offered, and swept",
     [](Table& t) { offer(t, 1, kNow), t.reserve(ip(0)), t.sweep(kExpired, 64); }},
    {"reserved while set aside",
     [](Table& t) {
       offer(t, 1, kNow);
       t.decline(owner(1), ip(0), kNow, kHold);
       t.reserve(ip(0));
     }},
};

const std::vector<Call> kControlCalls = {
    {"reserve", 0, [](Table& t) { return t.reserve(ip(0)), Promise{}; }},
    {"unreserve", 0, [](Table& t) { return t.unreserve(ip(0)), Promise{}; }},
    {"reserve and unreserve", 0,
     [](Table& t) { return t.reserve(ip(0)), t.unreserve(ip(0)), Promise{}; }},
    {"unreserve and reserve", 0,
     [](Table& t) { return t.unreserve(ip(0)), t.reserve(ip(0)), Promise{}; }},
};

// Of the machine that it is reserved for.
const Call kItsMachine = {"its machine late", 2, [](Table& t) {
                            return nothing(t.offer_reserved(owner(2), ip(0), kExpired, kHold));
                          }};

TEST(LeaseInterleaving, NoScheduleOfAReservationAtRunTimeBreaksTheTable) {
  std::vector<Setting> settings = kSettings;
  settings.insert(settings.end(), kReservedSettings.begin(), kReservedSettings.end());
  std::vector<const Call*> calls{&kItsMachine};
  for (const Call& call : kCalls) calls.push_back(&call);
  std::uint64_t schedules = 0;
  for (const Setting& setting : settings) {
    for (const Call& control : kControlCalls) {
      for (const Call* call : calls) {
        schedules += try_all(setting, {&control, call}, 2);
        schedules += try_all(setting, {call, &control}, 2);
        if (HasFailure()) return;
      }
    }
  }
  RecordProperty("schedules", std::to_string(schedules));
  EXPECT_GT(schedules, 100'000u);
}

// A table in some setting, and one that follows it: 10.0.0.0 is in no pool any more, .3 and .4
// come.
struct Succession {
  static constexpr std::uint32_t kFirst = 1;
  static constexpr std::uint32_t kLast = 4;
  static constexpr Table::Room kRoom{.slots = 4, .pools = 1};

  explicit Succession(const Setting& setting)
      : bytes((Table::bytes_needed(plan, kRoom) + 63) / 64 * 64),
        memory(std::aligned_alloc(64, bytes), &std::free) {
    std::memset(memory.get(), 0, bytes);
    tables.emplace(plan, base::MutableBytes{static_cast<std::uint8_t*>(memory.get()), bytes},
                   kRoom);
    before = &tables->current();
    setting.make(*before);
    after = tables->prepare(next, kNow).value();
  }

  const Plan plan{std::vector<PoolRange>{{ip(0), ip(kPool - 1)}}, std::vector{kReserved}};
  const Plan next{std::vector<PoolRange>{{ip(kFirst), ip(kLast)}}, std::vector{kReserved}};
  const std::size_t bytes;
  const std::unique_ptr<void, decltype(&std::free)> memory;
  std::optional<Tables> tables;
  Table* before;
  Table* after;
};

// What happens to a succession: `first`, then these at once, then what is left of the reload.
struct Moment {
  const char* name;
  void (*first)(Succession&);
  void (*one)(Succession&, const Call&);
  void (*other)(Succession&, const Call&);
};

const std::vector<Moment> kMoments = {
    {"a worker with the old table, while the new one takes the records over", [](Succession&) {},
     [](Succession& s, const Call& call) { call.run(*s.before); },
     [](Succession& s, const Call&) { s.tables->commit(); }},
    {"a worker with the old table beside one with the new",
     [](Succession& s) { s.tables->commit(); },
     [](Succession& s, const Call& call) { call.run(*s.before); },
     [](Succession& s, const Call& call) { call.run(*s.after); }},
    {"a worker with the new table, while the change ends",
     [](Succession& s) { s.tables->commit(); },
     [](Succession& s, const Call& call) { call.run(*s.after); },
     [](Succession& s, const Call&) { s.tables->settle(); }},
};

// Returns how many schedules there were.
std::uint64_t try_moment(const Moment& moment, const Setting& setting, const Call& one,
                         const Call& other) {
  Fibers fibers;
  std::optional<Succession> succession;
  std::uint64_t schedules = 0;
  const auto make = [&] {
    moment.first(succession.emplace(setting));
    return std::vector<std::function<void()>>{[&] { moment.one(*succession, one); },
                                              [&] { moment.other(*succession, other); }};
  };
  const auto judge = [&](std::size_t steps, const Fibers::Schedule& schedule) {
    ++schedules;
    succession->tables->settle();
    std::string fault = steps == 0 ? "the calls do not end" : "";
    if (fault.empty()) {
      fault = fault_at_rest(*succession->after, Succession::kFirst, Succession::kLast);
    }
    if (fault.empty()) return true;
    for (const std::size_t step : schedule) fault += ", switch at " + std::to_string(step);
    ADD_FAILURE() << moment.name << ", " << setting.name << ": " << one.name << " | " << other.name
                  << ": " << fault;
    return false;
  };
  stress::explore(fibers, 2, make, judge);
  return schedules;
}

TEST(LeaseInterleaving, NoScheduleOfAReloadBreaksTheTable) {
  std::uint64_t schedules = 0;
  for (const Moment& moment : kMoments) {
    const bool is_of_two_calls = &moment == &kMoments[1];
    for (const Setting& setting : kSettings) {
      for (const Call& one : kCalls) {
        for (const Call& other : kCalls) {
          schedules += try_moment(moment, setting, one, other);
          if (HasFailure()) return;
          if (!is_of_two_calls) break;
        }
      }
    }
  }
  RecordProperty("schedules", std::to_string(schedules));
  EXPECT_GT(schedules, 100'000u);
}

// A chain of four, in a table of two buckets; the second call moves records to other owners.
struct Chain {
  Chain() : records(5), buckets(2), index(records.data(), buckets) {
    for (Slot slot = 0; slot < 4; ++slot) link(slot, 10 * (slot + 1));
  }
  bool link(Slot slot, std::uint64_t owner) {
    records[slot].owner_low.store(owner);
    records[slot].word.store(Word(1, Phase::joining, 0).raw());
    return index.link({owner, 0}, slot);
  }
  void move(Slot slot, std::uint64_t owner) {
    records[slot].word.store(Word(2, Phase::leaving, 0).raw());
    index.remove(slot);
    EXPECT_TRUE(link(slot, owner));
  }
  bool finds(std::uint64_t owner, Slot slot) {
    const auto found = index.find({owner, 0});
    return found && found->slot == slot;
  }

  std::vector<Record> records;
  std::vector<std::atomic<std::uint64_t>> buckets;
  OwnerIndex index;
};

TEST(LeaseInterleaving, NoRecordThatMovesLeadsAWalkAstray) {
  Fibers fibers;
  std::optional<Chain> chain;
  bool was_found = true;
  bool was_refused = true;
  bool was_linked = true;
  // Owners on both sides of those that stay, so that some moves go to the other chain.
  for (std::uint64_t to = 1; to < 60; ++to) {
    if (to % 10 == 0 || to == 25) continue;
    const auto make = [&] {
      chain.emplace();
      return std::vector<std::function<void()>>{[&] {
                                                  was_found = chain->finds(40, 3);
                                                  was_refused = !chain->link(4, 40);
                                                  was_linked = chain->link(4, 25);
                                                },
                                                [&] {
                                                  chain->move(0, to);
                                                  chain->move(1, 60 + to);
                                                  chain->move(0, 10);
                                                }};
    };
    const auto judge = [&](std::size_t steps, const Fibers::Schedule& schedule) {
      const bool is_right = steps != 0 && was_found && was_refused && was_linked &&
                            chain->finds(10, 0) && chain->finds(60 + to, 1) &&
                            chain->finds(30, 2) && chain->finds(40, 3) && chain->finds(25, 4) &&
                            !chain->index.find({20, 0}) && !chain->index.find({to, 0});
      if (is_right) return true;
      std::string story;
      for (const std::size_t step : schedule) story += ", switch at " + std::to_string(step);
      ADD_FAILURE() << "moving to owner " << to << story;
      return false;
    };
    stress::explore(fibers, 2, make, judge);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace stentor::lease

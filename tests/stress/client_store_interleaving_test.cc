// SPDX-License-Identifier: BSD-3-Clause
// Goal: no order in which the steps of workers can interleave gives the facts about one client to
// another that has its address now.
//
// As in lease_interleaving_test.cc, on one address: its lease has run out, its owner's facts are
// noted once more (late), another client takes it, a third worker reads.
#include "fibers.h"
#include "lease/client_store.h"

namespace stentor::lease {
namespace {

using std::chrono::seconds;
using stress::Fibers;

constexpr PoolId kPools[] = {0};
constexpr base::Time kNow{seconds{1000}};
constexpr base::Time kLater{seconds{2000}};
const wire::Ipv4Address kAddress{0x0a000000};

Owner owner(std::uint64_t number) { return {{number, number}}; }
ClientFacts facts(std::uint64_t number) {
  return {.classes = number, .class_list = 1, .boot_directory = number};
}

// Memory that is made once: most of it is for clients without a lease, and stays as it is.
class Zeroed {
 public:
  explicit Zeroed(std::size_t needed)
      : bytes_((needed + 63) / 64 * 64), at_(std::aligned_alloc(64, bytes_), &std::free) {
    std::memset(at_.get(), 0, bytes_);
  }
  base::MutableBytes first_zeroed(std::size_t bytes) {
    std::memset(at_.get(), 0, bytes);
    return {static_cast<std::uint8_t*>(at_.get()), bytes_};
  }

 private:
  const std::size_t bytes_;
  const std::unique_ptr<void, decltype(&std::free)> at_;
};

struct Memory {
  const Plan plan{std::vector<PoolRange>{{kAddress, kAddress}}, {}};
  Zeroed table{Table::bytes_needed(plan)};
  Zeroed store{ClientStore::bytes_needed(plan.slots())};
};

struct Subject {
  explicit Subject(Memory& memory)
      : table(memory.plan, memory.table.first_zeroed(Table::bytes_needed(memory.plan))),
        store(memory.plan.slots(), memory.store.first_zeroed(sizeof(ClientRecord)), {1, 2}) {
    EXPECT_TRUE(table.bind(owner(1), kAddress, kNow, kNow + seconds{60}));
    EXPECT_TRUE(store.note_lease(table, kAddress, owner(1), facts(1), kNow));
  }
  Table table;
  ClientStore store;
};

// What owner 2's worker has done.
struct Outcome {
  bool bound = false;
  bool noted = false;
};

std::string fault_of(const Subject& subject, const Outcome& outcome,
                     const std::optional<ClientFacts>& read) {
  const auto known = subject.store.find_lease(subject.table, kAddress);
  if (!known) return "the record stays locked";
  const auto holder = subject.table.owner_at(kAddress);
  if (outcome.bound != (holder == owner(2))) return "the table is wrong";
  if (outcome.bound && outcome.noted && *known != facts(2)) return "what was noted is not known";
  if (outcome.bound && !outcome.noted && *known) return "another's facts are known";
  if (!outcome.bound && *known != facts(1) && *known != facts(11)) return "facts were lost";
  if (read && *read != facts(1) && *read != facts(11) && *read != facts(2)) return "torn facts";
  return "";
}

TEST(ClientStoreInterleaving, NoScheduleGivesTheFactsOfOneToAnother) {
  Fibers fibers;
  Memory memory;
  std::optional<Subject> subject;
  Outcome outcome;
  std::optional<ClientFacts> read;
  std::uint64_t schedules = 0;
  const auto take_over = [&] {
    outcome.bound =
        subject->table.bind(owner(2), kAddress, kLater, kLater + seconds{60}).has_value();
    if (!outcome.bound) return;
    outcome.noted = subject->store.note_lease(subject->table, kAddress, owner(2), facts(2), kLater);
  };
  const auto note_late = [&] {
    static_cast<void>(
        subject->store.note_lease(subject->table, kAddress, owner(1), facts(11), kLater));
  };
  const auto look = [&] {
    const auto found = subject->store.find_lease(subject->table, kAddress);
    if (found) read = *found;
  };
  using Calls = std::vector<std::function<void()>>;
  for (const Calls& calls :
       {Calls{take_over, note_late}, Calls{note_late, take_over}, Calls{take_over, look},
        Calls{note_late, look, take_over}, Calls{look, note_late, take_over}}) {
    const auto make = [&] {
      subject.emplace(memory);
      outcome = {};
      read.reset();
      return calls;
    };
    const auto judge = [&](std::size_t steps, const Fibers::Schedule& schedule) {
      ++schedules;
      std::string fault = steps == 0 ? "the calls do not end" : fault_of(*subject, outcome, read);
      if (fault.empty()) return true;
      for (const std::size_t step : schedule) fault += ", switch at " + std::to_string(step);
      ADD_FAILURE() << fault;
      return false;
    };
    stress::explore(fibers, 2, make, judge);
    if (HasFailure()) return;
  }
  EXPECT_GT(schedules, 10'000u);
}

}  // namespace
}  // namespace stentor::lease

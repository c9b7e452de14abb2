// SPDX-License-Identifier: BSD-3-Clause
// What a lease on disk costs: commits in batches, with every sync that they need; a million leases
// read at start; a million written anew after a failure.

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "base/check.h"
#include "base/random.h"
#include "store/database.h"

namespace stentor::store {
namespace {

constexpr std::uint32_t kMillion = 1'000'000;

lease::LeaseChange change_of(std::uint32_t address, std::uint32_t version, bool with_details) {
  lease::LeaseChange change;
  change.address = wire::Ipv4Address{0x0a000000 + address};
  change.version = version;
  change.expiry = base::MonotonicClock::now() + std::chrono::hours{1};
  change.owner = {{address, version}};
  change.state = lease::State::bound;
  if (with_details) {
    change.htype = 1;
    change.hardware.assign(base::as_bytes("\x52\x54\x01\x02\x03\x04"));
    change.client_id.assign(base::as_bytes("\x01\x52\x54\x01\x02\x03\x04"));
    lease::assign_hostname(change, base::as_bytes("node-0042.rack-17"));
    change.circuit_id.assign(base::as_bytes("ge-0/0/17.100"));
  }
  return change;
}

// A database under the folder of temporary files, with a million leases or none.
struct Subject {
  explicit Subject(bool is_full) {
    CHECK(::mkdtemp(folder.data()) != nullptr);
    auto opened = Database::open({folder + "/leases.db"}, ClockPair::now());
    CHECK(opened);
    database = std::move(opened->database);
    if (is_full) rewrite(true);
  }
  ~Subject() { std::filesystem::remove_all(folder); }
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  void rewrite(bool with_details) const {
    const auto written = database->rewrite(
        [=](const VisitChange& visit) {
          for (std::uint32_t i = 0; i < kMillion; ++i) visit(change_of(i, 1, with_details));
        },
        {}, ClockPair::now());
    CHECK(written);
  }

  std::string folder = std::filesystem::temp_directory_path() / "stentor-bench-XXXXXX";
  std::unique_ptr<Database> database;
};

// Batches of range(0) at random addresses of a million that are leased: renewals.
void renew(benchmark::State& state) {
  const Subject subject(true);
  base::Random random(1);
  std::vector<lease::LeaseChange> batch(static_cast<std::size_t>(state.range(0)));
  std::uint32_t version = 1;
  for (auto _ : state) {
    ++version;
    for (auto& change : batch) {
      change = change_of(static_cast<std::uint32_t>(random.below(kMillion)), version, true);
    }
    CHECK(subject.database->apply(batch, ClockPair::now()));
    CHECK(subject.database->checkpoint_if_due());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(renew)->Arg(1)->Arg(1'000)->Arg(4'096)->UseRealTime()->Unit(benchmark::kMicrosecond);

// Batches of range(0) new leases, addresses in order: a boot storm.
void lease_anew(benchmark::State& state) {
  const Subject subject(false);
  std::vector<lease::LeaseChange> batch(static_cast<std::size_t>(state.range(0)));
  std::uint32_t address = 0;
  for (auto _ : state) {
    for (auto& change : batch) change = change_of(++address, 1, true);
    CHECK(subject.database->apply(batch, ClockPair::now()));
    CHECK(subject.database->checkpoint_if_due());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(lease_anew)->Arg(1'000)->Arg(4'096)->UseRealTime()->Unit(benchmark::kMicrosecond);

void load_a_million(benchmark::State& state) {
  const Subject subject(true);
  for (auto _ : state) {
    std::uint64_t count = 0;
    CHECK(subject.database->load(
        ClockPair::now(), [&](const StoredLease& stored) { count += stored.lease.version; }));
    CHECK(count == kMillion);
  }
}
BENCHMARK(load_a_million)->UseRealTime()->Unit(benchmark::kMillisecond);

// The table has no details: they come from the old database.
void rewrite_a_million(benchmark::State& state) {
  const Subject subject(true);
  for (auto _ : state) subject.rewrite(false);
}
BENCHMARK(rewrite_a_million)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace stentor::store

// SPDX-License-Identifier: BSD-3-Clause
// What a lease costs: a claim by a fresh client on a pool that is 99 % full, by one worker and by
// two; an answer from a full pool; look-ups by owner and by address.

#include <benchmark/benchmark.h>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sys/mman.h>

#include "base/check.h"
#include "base/random.h"
#include "lease/table.h"

namespace stentor::lease {
namespace {

constexpr base::HashKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};
constexpr PoolId kPools[] = {0};
constexpr base::Time kNow{std::chrono::seconds{1000}};
constexpr base::Duration kHold = std::chrono::minutes{1};

Owner client(std::uint64_t number) {
  const auto bytes = std::bit_cast<std::array<std::uint8_t, 8>>(number);
  return owner_of(kKey, 0, 1, base::Bytes{bytes}.first(6));
}

// A pool of `count` addresses, `leased` of them bound to the clients 0, 1, 2...
struct Subject {
  Subject(std::uint32_t count, std::uint32_t leased)
      : plan(std::vector<PoolRange>{{wire::Ipv4Address{0}, wire::Ipv4Address{count - 1}}}, {}),
        memory(mapped()),
        table(plan, memory) {
    for (std::uint32_t i = 0; i < leased; ++i) {
      const auto offered = table.offer(client(i), kPools, {}, kNow, kHold);
      CHECK(offered);
      CHECK(table.bind(client(i), offered->address, kNow, base::kNever));
    }
  }
  ~Subject() { munmap(memory.data(), memory.size()); }
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  // Huge pages if the kernel has any, as in the appliance.
  base::MutableBytes mapped() const {
    const std::size_t huge = std::size_t{2} << 20;
    const std::size_t bytes = (Table::bytes_needed(plan) + huge - 1) / huge * huge;
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(at != MAP_FAILED);
    madvise(at, bytes, MADV_HUGEPAGE);
    return {static_cast<std::uint8_t*>(at), bytes};
  }

  Plan plan;
  base::MutableBytes memory;
  Table table;
};

// Shared by the threads of one benchmark; made by its set-up, so that no run is timed with it.
std::unique_ptr<Subject> subject;

void make_almost_full(const benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  subject = std::make_unique<Subject>(count, count / 100 * 99);
}
void make_full(const benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  subject = std::make_unique<Subject>(count, count);
}
void drop_subject(const benchmark::State&) { subject.reset(); }

// offer, bind and release of a client that was never seen before.
void claim(benchmark::State& state) {
  Table& table = subject->table;
  std::uint64_t number = (static_cast<std::uint64_t>(state.thread_index()) + 1) << 40;
  for (auto _ : state) {
    const Owner owner = client(++number);
    const auto offered = table.offer(owner, kPools, {}, kNow, kHold);
    CHECK(offered);
    CHECK(table.bind(owner, offered->address, kNow, kNow + std::chrono::hours{1}));
    CHECK(table.release(owner, offered->address, kNow));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(claim)
    ->Arg(65'536)
    ->Arg(1'000'000)
    ->ThreadRange(1, 2)
    ->UseRealTime()
    ->Setup(make_almost_full)
    ->Teardown(drop_subject);

// A stranger asks a pool that has nothing left.
void offer_when_full(benchmark::State& state) {
  std::uint64_t number = std::uint64_t{1} << 40;
  for (auto _ : state) {
    CHECK(!subject->table.offer(client(++number), kPools, {}, kNow + kHold, kHold));
  }
}
BENCHMARK(offer_when_full)->Arg(1'000'000)->Setup(make_full)->Teardown(drop_subject);

// A client that has a lease, in no order.
void find(benchmark::State& state) {
  base::Random random(1);
  const auto count = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(subject->table.find(client(random.below(count))));
}
BENCHMARK(find)->Arg(10'000)->Arg(1'000'000)->Setup(make_full)->Teardown(drop_subject);

void renew(benchmark::State& state) {
  base::Random random(1);
  const auto count = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    // The ring gave out the addresses in order, so client n has address n.
    const auto number = static_cast<std::uint32_t>(random.below(count));
    CHECK(subject->table.bind(client(number), wire::Ipv4Address{number}, kNow, base::kNever));
  }
}
BENCHMARK(renew)->Arg(10'000)->Arg(1'000'000)->Setup(make_full)->Teardown(drop_subject);

void look_at_address(benchmark::State& state) {
  base::Random random(1);
  const auto count = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    const wire::Ipv4Address address{static_cast<std::uint32_t>(random.below(count))};
    benchmark::DoNotOptimize(subject->table.at(address));
  }
}
BENCHMARK(look_at_address)->Arg(1'000'000)->Setup(make_full)->Teardown(drop_subject);

void touch(benchmark::State& state) {
  base::Time now = kNow;
  for (auto _ : state) subject->table.touch(wire::Ipv4Address{77}, now += std::chrono::seconds{1});
}
BENCHMARK(touch)->Arg(65'536)->Setup(make_full)->Teardown(drop_subject);

// Between bursts, when nothing has expired.
void sweep_of_nothing(benchmark::State& state) {
  subject->table.sweep(kNow + kHold, SIZE_MAX);
  for (auto _ : state) subject->table.sweep(kNow + kHold, 64);
}
BENCHMARK(sweep_of_nothing)->Arg(65'536)->Setup(make_full)->Teardown(drop_subject);

}  // namespace
}  // namespace stentor::lease

// SPDX-License-Identifier: BSD-3-Clause
// Does DHCP stay as fast when the table is large? DORA by clients that were never seen before,
// beside N live leases; and by clients that each have a reservation, of N.
#include <benchmark/benchmark.h>

#include "dhcp_rig.h"

namespace stentor::perf {
namespace {

constexpr std::uint32_t kFree = 65'536;
constexpr std::uint32_t kStranger = 0x80000000;  // their numbers begin here

std::unique_ptr<DhcpRig> rig;

void make_leases(const benchmark::State& state) {
  const auto leases = static_cast<std::uint32_t>(state.range(0));
  rig = std::make_unique<DhcpRig>(dhcp_settings(leases + kFree));
  for (std::uint32_t client = 0; client < leases; ++client) CHECK(rig->dora(client) != 0);
}
void drop_rig(const benchmark::State&) { rig.reset(); }

void dora_beside_leases(benchmark::State& state) {
  std::uint32_t n = 0;
  // The free addresses are gone after so many strangers: from then on each is one that came back.
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        rig->dora(kStranger + static_cast<std::uint32_t>(n++ * std::uint64_t{40503} % kFree)));
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes_per_address"] =
      static_cast<double>(rig->table_bytes()) / static_cast<double>(rig->plan().slots());
}
BENCHMARK(dora_beside_leases)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Arg(10'000'000)
    ->Arg(16'000'000)
    ->Setup(make_leases)
    ->Teardown(drop_rig);

void make_reservations(const benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  config::Settings settings = dhcp_settings(1);
  std::vector<config::Reservation>& reservations = settings.dhcp.subnets[0].reservations;
  reservations.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    reservations[i].mac.bytes[0] = kMacFirstByte;
    base::store_big_endian(reservations[i].mac.bytes.data() + 2, i);
    reservations[i].address = wire::Ipv4Address{kFirstAddress + 1 + i};
  }
  rig = std::make_unique<DhcpRig>(settings);
}

void dora_by_reservation(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t n = 0;
  for (auto _ : state) {
    const auto client = static_cast<std::uint32_t>(n++ * 2'654'435'761 % count);
    CHECK(rig->dora(client) == kFirstAddress + 1 + client);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(dora_by_reservation)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Setup(make_reservations)
    ->Teardown(drop_rig);

}  // namespace
}  // namespace stentor::perf

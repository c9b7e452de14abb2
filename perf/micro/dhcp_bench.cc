// SPDX-License-Identifier: BSD-3-Clause
// What one DHCP message costs a worker, from UDP payload to UDP payload, beside so many leases:
// DISCOVER to OFFER and REQUEST to ACK, by clients in an order that no prefetcher knows. By
// themselves, and in bursts of 32, whose look-ups overlap as a worker's do.
#include <benchmark/benchmark.h>

#include "dhcp_rig.h"

namespace stentor::perf {
namespace {

constexpr std::size_t kBurst = 32;

// Of `leases` clients, each of which has its lease.
class Bench {
 public:
  explicit Bench(std::uint32_t leases)
      : leases_(leases), rig_(dhcp_settings(leases)), addresses_(leases) {
    for (std::uint32_t client = 0; client < leases; ++client) {
      addresses_[client] = rig_.dora(client + 1);
    }
  }

  // By itself.
  void answer(std::vector<std::uint8_t>& message, bool asks_address) {
    const std::uint32_t client = next_client();
    if (asks_address) set_address(message, addresses_[client]);
    benchmark::DoNotOptimize(rig_.answer(message, client + 1));
  }

  void answer_burst(std::span<std::vector<std::uint8_t>> burst, bool asks_address) {
    for (auto& message : burst) {
      const std::uint32_t client = next_client();
      set_client(message, client + 1);
      if (asks_address) set_address(message, addresses_[client]);
    }
    rig_.answer_burst(burst);
  }

 private:
  std::uint32_t next_client() { return static_cast<std::uint32_t>(n_++ * 2'654'435'761 % leases_); }

  const std::uint32_t leases_;
  DhcpRig rig_;
  std::vector<std::uint32_t> addresses_;
  std::uint64_t n_ = 0;
};

// One for all that are measured at a size: it takes seconds to fill.
Bench& bench_of(std::uint32_t leases) {
  static std::uint32_t made = 0;
  static std::unique_ptr<Bench> bench;
  if (made != leases) {
    bench.reset();
    bench = std::make_unique<Bench>(leases);
    made = leases;
  }
  return *bench;
}

void one_by_one(benchmark::State& state, dhcp::MessageType type) {
  Bench& bench = bench_of(static_cast<std::uint32_t>(state.range(0)));
  auto message = rom_message(type);
  for (auto _ : state) bench.answer(message, type == dhcp::MessageType::request);
}

void in_bursts(benchmark::State& state, dhcp::MessageType type) {
  Bench& bench = bench_of(static_cast<std::uint32_t>(state.range(0)));
  std::vector<std::vector<std::uint8_t>> burst(kBurst, rom_message(type));
  while (state.KeepRunningBatch(kBurst)) {
    bench.answer_burst(burst, type == dhcp::MessageType::request);
  }
}

// 16 million is what is supported.
void register_all() {
  for (const std::int64_t leases : {65'536, 1'000'000, 16'000'000}) {
    using Type = dhcp::MessageType;
    const auto add = [leases](const char* name, auto run, Type type) {
      benchmark::RegisterBenchmark(name, run, type)->Arg(leases);
    };
    add("discover_to_offer", one_by_one, Type::discover);
    add("discover_to_offer_in_bursts", in_bursts, Type::discover);
    add("request_to_ack", one_by_one, Type::request);
    add("request_to_ack_in_bursts", in_bursts, Type::request);
  }
}

}  // namespace
}  // namespace stentor::perf

int main(int argc, char** argv) {
  stentor::perf::register_all();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

// SPDX-License-Identifier: BSD-3-Clause
// What one DHCP message costs a worker, from UDP payload to UDP payload: DISCOVER to OFFER and
// REQUEST to ACK over a pool of 65,536 addresses, by as many clients in turn, so that neither the
// lease records nor their index stay in the first-level cache.
#include <benchmark/benchmark.h>

#include "dhcp_rig.h"

namespace stentor::perf {
namespace {

constexpr std::uint32_t kClients = 65536;

// Clients in an order that no prefetcher knows.
std::uint32_t nth_client(std::uint64_t n) {
  return static_cast<std::uint32_t>(n * 40503 % kClients) + 1;
}

void discover_to_offer(benchmark::State& state) {
  DhcpRig rig(dhcp_settings(kClients));
  auto discover = rom_message(dhcp::MessageType::discover);
  std::uint64_t n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(rig.answer(discover, nth_client(n++)));
}
BENCHMARK(discover_to_offer);

void request_to_ack(benchmark::State& state) {
  DhcpRig rig(dhcp_settings(kClients));
  auto discover = rom_message(dhcp::MessageType::discover);
  auto request = rom_message(dhcp::MessageType::request);
  std::vector<std::uint32_t> offered(kClients + 1);
  for (std::uint32_t client = 1; client <= kClients; ++client) {
    offered[client] = rig.answer(discover, client);
  }
  std::uint64_t n = 0;
  for (auto _ : state) {
    const std::uint32_t client = nth_client(n++);
    base::store_big_endian(request.data() + request.size() - 5, offered[client]);
    benchmark::DoNotOptimize(rig.answer(request, client));
  }
}
BENCHMARK(request_to_ack);

}  // namespace
}  // namespace stentor::perf

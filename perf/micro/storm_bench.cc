// SPDX-License-Identifier: BSD-3-Clause
// What the rig itself costs, on one core without a device: a DATA frame received, checked and ACKed
// once in a window of 16, and a DORA offered and accounted for. Time counts in Crew::poll() alone.
#include <benchmark/benchmark.h>
#include <chrono>

#include "loop_server.h"
#include "storm/crew.h"
#include "storm/plan_setup.h"

namespace stentor {
namespace {

using perf::LoopServer;
using storm::Stage;
using storm::Verification;

constexpr std::size_t kBurst = 32;
constexpr base::Duration kStep = std::chrono::microseconds{2};  // of the clock, a poll
constexpr std::size_t kReferenceBytes = std::size_t{64} << 20;

std::unique_ptr<const storm::Plan> plan_of(const storm::Scenario& scenario,
                                           std::vector<std::uint8_t>& zeros) {
  auto reference = std::make_unique<storm::Reference>();
  if (scenario.verify.bytes == Verification::Bytes::full ||
      scenario.verify.bytes == Verification::Bytes::sampled) {
    zeros.resize(kReferenceBytes);
    reference->add("file", zeros);
  }
  auto plan = storm::make_plan(scenario, {.reference = std::move(reference)});
  CHECK(plan.has_value());
  return *std::move(plan);
}

// Machines in the middle of something, and the clock of their polls.
class Bench {
 public:
  Bench(const storm::Scenario& scenario, base::Duration step)
      : plan_(plan_of(scenario, zeros_)),
        server_(plan_->machines()),
        mesh_(*plan_, now_),
        crew_(*plan_, 0, server_, mesh_),
        step_(step) {}

  // Seconds that one poll over a full burst has taken.
  double poll() {
    server_.answer(kBurst);
    now_ += step_;
    const auto before = std::chrono::steady_clock::now();
    crew_.poll(now_);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
    // A poll that the kernel has interrupted is not the rig's time: no other takes as long.
    return std::min(took.count(), 50e-6);
  }

  [[nodiscard]] std::uint64_t count(storm::Count what) const { return crew_.tally().value(what); }
  [[nodiscard]] bool is_over() const { return crew_.is_over(); }

 private:
  base::Time now_{std::chrono::hours{1}};
  std::vector<std::uint8_t> zeros_;
  std::unique_ptr<const storm::Plan> plan_;
  LoopServer server_;
  storm::Mesh<LoopServer> mesh_;
  storm::Crew<LoopServer> crew_;
  base::Duration step_;
};

// `gap` between two power-ons: as many a poll as its answers fit a burst.
storm::Scenario scenario_of(std::uint32_t machines, Verification::Bytes bytes,
                            std::vector<Stage::Kind> script, base::Duration gap) {
  storm::Scenario scenario;
  storm::Group& group = scenario.groups[0];
  group.machines = machines;
  group.mac_first = {{2, 0x53, 0, 0, 0, 0}};
  group.profiles = {"winpe"};
  group.script.clear();
  for (const Stage::Kind kind : script) {
    group.script.push_back({.kind = kind, .name = {}, .pause = {}, .profile = {}});
  }
  scenario.verify.bytes = bytes;
  scenario.arrival = {.kind = storm::Arrival::Kind::ramp,
                      .over = gap * machines,
                      .per_second = 0,
                      .wave_machines = 0};
  scenario.give_up = std::chrono::hours{100};
  return scenario;
}

void data(benchmark::State& state, Verification::Bytes bytes) {
  const auto machines = static_cast<std::uint32_t>(state.range(0));
  std::unique_ptr<Bench> bench;
  std::uint64_t frames = 0;
  std::uint64_t counted = 0;
  const auto make = [&] {
    bench = std::make_unique<Bench>(
        scenario_of(machines, bytes, {Stage::Kind::dora, Stage::Kind::boot_file}, kStep / 2),
        kStep);
    while (bench->count(storm::Count::data_frames) < 20 * machines) bench->poll();
    counted = bench->count(storm::Count::data_frames);
  };
  make();
  for (auto _ : state) {
    state.SetIterationTime(bench->poll());
    // Before a file's reference ends.
    if (bench->count(storm::Count::data_frames) > std::uint64_t{machines} * 40'000) {
      frames += bench->count(storm::Count::data_frames) - counted;
      make();
    }
  }
  CHECK(bench->count(storm::Count::wrong_blocks) == 0 && bench->count(storm::Count::resends) == 0);
  frames += bench->count(storm::Count::data_frames) - counted;
  state.SetItemsProcessed(static_cast<std::int64_t>(frames));
}

void dora(benchmark::State& state) {
  const auto machines = static_cast<std::uint32_t>(state.range(0));
  const auto doras = static_cast<std::size_t>(state.range(1));
  std::uint64_t leases = 0;
  std::unique_ptr<Bench> bench;
  const auto make = [&] {
    bench = std::make_unique<Bench>(scenario_of(machines, Verification::Bytes::none,
                                                std::vector<Stage::Kind>(doras, Stage::Kind::dora),
                                                kStep * doras / (kBurst / 2)),
                                    kStep);
  };
  make();
  for (auto _ : state) {
    state.SetIterationTime(bench->poll());
    if (!bench->is_over()) continue;
    leases += bench->count(storm::Count::acks_received);
    make();
  }
  leases += bench->count(storm::Count::acks_received);
  state.SetItemsProcessed(static_cast<std::int64_t>(leases));
}

BENCHMARK_CAPTURE(data, unread, Verification::Bytes::none)
    ->Arg(100)
    ->Arg(10'000)
    ->Arg(100'000)
    ->UseManualTime();
BENCHMARK_CAPTURE(data, sampled, Verification::Bytes::sampled)->Arg(10'000)->UseManualTime();
BENCHMARK_CAPTURE(data, full, Verification::Bytes::full)->Arg(10'000)->UseManualTime();
BENCHMARK(dora)->Args({1'000, 32})->Args({200'000, 1})->UseManualTime();

}  // namespace
}  // namespace stentor

// SPDX-License-Identifier: BSD-3-Clause
// What the rig itself costs, on one core without a device: a DATA frame received, checked and ACKed
// once in a window of 16, and a DORA offered and accounted for. Time counts in Crew::poll() alone,
// and only in polls that the kernel let run through; the others are counted as "interrupted". In
// the end the rig must have counted what the server has heard and sent, frame by frame.
#include <benchmark/benchmark.h>
#include <chrono>
#include <optional>

#include "loop_server.h"
#include "storm/crew.h"
#include "storm/plan_setup.h"
#include "thread_switches.h"

namespace stentor {
namespace {

using perf::LoopServer;
using storm::Count;
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

// Of all polls that were to be measured.
struct Interrupted {
  std::uint64_t polls = 0;
  double seconds = 0;

  void report(benchmark::State& state) const {
    state.counters["interrupted"] = static_cast<double>(polls);
    state.counters["interrupted_s"] = seconds;
  }
};

// Machines in the middle of something, and the clock of their polls.
class Bench {
 public:
  Bench(const storm::Scenario& scenario, base::Duration step)
      : plan_(plan_of(scenario, zeros_)),
        server_(plan_->machines()),
        mesh_(*plan_, now_),
        crew_(*plan_, 0, server_, mesh_),
        step_(step) {}

  struct Poll {
    double seconds = 0;
    std::uint64_t items = 0;  // what `what` has counted in it
  };

  // One poll over a full burst that nobody has interrupted; none: the machines are over before.
  std::optional<Poll> poll(Count what, Interrupted& interrupted) {
    while (!is_over()) {
      server_.answer(kBurst);
      now_ += step_;
      const std::uint64_t items_before = count(what);
      const long switches_before = perf::thread_switches();
      const auto before = std::chrono::steady_clock::now();
      crew_.poll(now_);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
      if (perf::thread_switches() == switches_before)
        return Poll{took.count(), count(what) - items_before};
      ++interrupted.polls;
      interrupted.seconds += took.count();
    }
    return std::nullopt;
  }

  // Nothing is measured.
  void poll() {
    server_.answer(kBurst);
    now_ += step_;
    crew_.poll(now_);
  }

  // Takes what is on its way, and compares: what the rig has counted is what there was.
  void check_counts() {
    while (server_.arriving() != 0) crew_.poll(now_ += step_);
    const perf::ZeroServerCounts made = server_.counts();
    CHECK(count(Count::offers_received) == made.discovers);
    CHECK(count(Count::acks_received) == made.requests);
    CHECK(count(Count::oacks_received) == made.rrqs);
    CHECK(count(Count::data_frames) == made.blocks);
    CHECK(count(Count::data_bytes) == made.block_bytes);
    server_.answer(0);  // hears what it has not heard yet
    const perf::ZeroServerCounts& heard = server_.counts();
    CHECK(count(Count::discovers_sent) == heard.discovers);
    CHECK(count(Count::requests_sent) == heard.requests);
    CHECK(count(Count::rrqs_sent) == heard.rrqs);
    CHECK(count(Count::tftp_acks_sent) == heard.tftp_acks);
    for (const Count none :
         {Count::resends, Count::data_duplicates, Count::wrong_blocks, Count::wrong_options,
          Count::late_answers, Count::addresses_taken, Count::unknown_frames, Count::bad_frames,
          Count::no_buffer, Count::not_taken}) {
      CHECK(count(none) == 0);
    }
    CHECK(crew_.tally().failed.value() == 0);
  }

  [[nodiscard]] std::uint64_t count(Count what) const { return crew_.tally().value(what); }
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
  Interrupted interrupted;
  const auto make = [&] {
    bench = std::make_unique<Bench>(
        scenario_of(machines, bytes, {Stage::Kind::dora, Stage::Kind::boot_file}, kStep / 2),
        kStep);
    while (bench->count(Count::data_frames) < 20 * machines) bench->poll();
  };
  make();
  for (auto _ : state) {
    const auto poll = bench->poll(Count::data_frames, interrupted);
    CHECK(poll.has_value());  // a file has no end
    state.SetIterationTime(poll->seconds);
    frames += poll->items;
    // Before a file's reference ends.
    if (bench->count(Count::data_frames) > std::uint64_t{machines} * 40'000) {
      bench->check_counts();
      make();
    }
  }
  bench->check_counts();
  interrupted.report(state);
  state.SetItemsProcessed(static_cast<std::int64_t>(frames));
}

void dora(benchmark::State& state) {
  const auto machines = static_cast<std::uint32_t>(state.range(0));
  const auto doras = static_cast<std::size_t>(state.range(1));
  std::uint64_t leases = 0;
  Interrupted interrupted;
  std::unique_ptr<Bench> bench;
  const auto make = [&] {
    bench = std::make_unique<Bench>(scenario_of(machines, Verification::Bytes::none,
                                                std::vector<Stage::Kind>(doras, Stage::Kind::dora),
                                                kStep * doras / (kBurst / 2)),
                                    kStep);
  };
  make();
  for (auto _ : state) {
    auto poll = bench->poll(Count::acks_received, interrupted);
    while (!poll) {
      bench->check_counts();
      make();
      poll = bench->poll(Count::acks_received, interrupted);
    }
    state.SetIterationTime(poll->seconds);
    leases += poll->items;
  }
  bench->check_counts();
  interrupted.report(state);
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

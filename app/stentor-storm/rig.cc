// SPDX-License-Identifier: BSD-3-Clause
#include "rig.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "control/log.h"
#include "hasher.h"
#include "storm/collect.h"
#include "storm/plan_setup.h"

namespace stentor::rig {
namespace {

constexpr base::Duration kTick = std::chrono::milliseconds{50};
// After the last machine: what is on its way out leaves, such as a RELEASE.
constexpr base::Duration kLinger = std::chrono::milliseconds{20};

constexpr std::size_t kLeftOutShown = 10;

}  // namespace

std::string Rig::cores() const {
  std::string text;
  for (const topology::WorkerPlan& worker : placement_.workers) {
    text += (text.empty() ? "" : ", ") + std::to_string(worker.core);
  }
  return text;
}

// A core's thread, until every core's machines are done: frames for another's come in here too.
void Rig::work(Crew& crew) {
  bool is_out = false;
  base::Time leave_at = base::kNever;
  for (;;) {
    const base::Time now = base::MonotonicClock::now();
    crew.poll(now);
    if (!is_out) {
      // Relaxed: neither carries data; control reads results after Eal::wait().
      if (stopping_.load(std::memory_order_relaxed)) crew.stop(now, storm::Failure::interrupted);
      if (!crew.is_over()) continue;
      is_out = true;
      crews_out_.fetch_sub(1, std::memory_order_relaxed);
    }
    if (crews_out_.load(std::memory_order_relaxed) != 0) continue;
    if (leave_at == base::kNever) leave_at = now + kLinger;
    if (now >= leave_at) break;
  }
  crew.release_frames();
}

void Rig::warn_of(const storm::Reference& reference) {
  if (std::exchange(has_warned_, true)) return;
  const std::vector<std::string>& left_out = reference.left_out();
  for (std::size_t at = 0; at < std::min(left_out.size(), kLeftOutShown); ++at) {
    control::log_warning(left_out[at]);
  }
  if (left_out.size() > kLeftOutShown) {
    control::log_warning(fmt::format("The reference leaves out {} more links like these.",
                                     left_out.size() - kLeftOutShown));
  }
}

base::Result<storm::Result> Rig::run(const storm::Scenario& scenario, const OnTick& on_tick) {
  const std::size_t cores = placement_.workers.size();
  auto plan = storm::make_plan(scenario, {.cores = cores,
                                          .port_mac = port_->traits().mac,
                                          .hasher = stream_hasher(),
                                          .reference = nullptr});
  if (!plan) return tl::unexpected(std::move(plan).error());
  warn_of((*plan)->reference());
  storm::Mesh<Queue> mesh(**plan, base::MonotonicClock::now());
  std::vector<std::unique_ptr<Crew>> crews;
  std::vector<const storm::Tally*> tallies;
  for (std::size_t core = 0; core < cores; ++core) {
    crews.push_back(
        std::make_unique<Crew>(**plan, core, port_->queue(static_cast<std::uint16_t>(core)), mesh));
    tallies.push_back(&crews.back()->tally());
  }
  const base::Time start = base::MonotonicClock::now();
  mesh.begin(start);
  stopping_.store(false, std::memory_order_relaxed);
  crews_out_.store(cores, std::memory_order_relaxed);
  for (std::size_t core = 0; core < cores; ++core) {
    eal_->launch(static_cast<unsigned>(core), [this, &crew = *crews[core]] { work(crew); });
  }
  const auto view = [&](bool is_last) {
    return LiveView{**plan, tallies, base::MonotonicClock::now() - start, is_last};
  };
  while (crews_out_.load(std::memory_order_relaxed) != 0) {
    if (interrupt_.wait(kTick)) stopping_.store(true, std::memory_order_relaxed);
    port_->watch_members();
    if (on_tick) on_tick(view(false));
  }
  eal_->wait();
  if (on_tick) on_tick(view(true));
  std::vector<storm::CrewView> views;
  views.reserve(crews.size());
  for (const auto& crew : crews) views.push_back(crew->view());
  storm::Result result = storm::collect(**plan, views);
  // A signal that came when every machine had ended has ended nothing.
  const auto is_cut_off = [](const storm::MachineRow& row) {
    return row.failure == storm::Failure::interrupted || row.failure == storm::Failure::never_on;
  };
  result.interrupted =
      stopping_.load(std::memory_order_relaxed) && std::ranges::any_of(result.rows, is_cut_off);
  return result;
}

}  // namespace stentor::rig

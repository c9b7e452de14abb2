// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A storm against the real server, both in memory and on one clock: the crews' queues are carried
// to the workers' and back.

#include <gtest/gtest.h>
#include <memory>
#include <utility>
#include <vector>

#include "storm/crew.h"
#include "storm/plan_setup.h"
#include "support/rig.h"

namespace stentor::storm {

using support::ByteVector;
using support::ByteView;
using support::FakePort;

// Boot files that no shift or swap leaves as they were.
inline std::map<std::string, ByteVector> boot_files() {
  return {{"loader", support::patterned(40'001)},
          {"kernel", support::patterned(90'112)},
          {"initrd", support::patterned(200'000)}};
}

inline std::unique_ptr<Reference> reference_of(const std::map<std::string, ByteVector>& files) {
  auto reference = std::make_unique<Reference>();
  for (const auto& [name, bytes] : files) reference->add(name, bytes);
  return reference;
}

class StormRig {
 public:
  using Queue = FakePort::Queue;
  static constexpr base::Time kStart{std::chrono::hours{1}};
  static constexpr wire::MacAddress kMac{{2, 0, 0, 0, 0x77, 1}};

  // `files` are what the machines compare with; they outlive the rig.
  StormRig(const Scenario& scenario, const std::map<std::string, ByteVector>& files,
           std::size_t cores = 1)
      : StormRig(made(make_plan(
            scenario, {.cores = cores, .port_mac = kMac, .reference = reference_of(files)}))) {}
  explicit StormRig(std::unique_ptr<const Plan> plan)
      : port_(kMac, plan->cores(), 8192), plan_(std::move(plan)) {
    // Long before the storm begins: what the making takes is no part of it.
    mesh_ = std::make_unique<Mesh<Queue>>(*plan_, kStart - std::chrono::minutes{1});
    for (std::size_t core = 0; core < plan_->cores(); ++core) {
      crews_.push_back(std::make_unique<Crew<Queue>>(*plan_, core, port_.queue(core), *mesh_));
    }
    mesh_->begin(kStart);
  }

  // Until all crews are over, on a clock that moves when nobody has anything to do. `spread` says
  // which queue of ours a frame arrives on.
  template <typename Spread>
  bool run(support::Rig& server, base::Duration limit, Spread spread) {
    const base::Time end = kStart + limit;
    while (now_ < end) {
      bool worked = false;
      for (auto& crew : crews_) worked |= crew->poll(now_);
      while (auto frame = port_.take()) server.port().queue(0).put(*std::move(frame));
      server.poll(now_);
      while (auto frame = server.port().take()) {
        const std::size_t queue = spread(*frame) % crews_.size();
        port_.queue(queue).put(*std::move(frame));
        worked = true;
      }
      if (is_over()) return true;
      if (!worked) now_ += std::chrono::microseconds{200};
    }
    return false;
  }
  bool run(support::Rig& server, base::Duration limit = std::chrono::minutes{20}) {
    // As a NIC spreads flows: all frames of one machine arrive on one queue, mostly not its core's.
    return run(server, limit, [](ByteView frame) { return std::size_t{frame[5]} / 2; });
  }

  // The same against whatever `serve(ByteView frame)` answers a frame with.
  template <typename Serve>
  bool run_with(Serve serve, base::Duration limit = std::chrono::minutes{20}) {
    const base::Time end = kStart + limit;
    while (now_ < end) {
      bool worked = false;
      for (auto& crew : crews_) worked |= crew->poll(now_);
      while (auto frame = port_.take()) {
        for (ByteVector& reply : serve(*frame)) {
          port_.queue(reply[5] % crews_.size()).put(std::move(reply));
          worked = true;
        }
      }
      if (is_over()) return true;
      if (!worked) now_ += std::chrono::milliseconds{1};
    }
    return false;
  }

  [[nodiscard]] bool is_over() const {
    return std::ranges::all_of(crews_, [](const auto& crew) { return crew->is_over(); });
  }
  [[nodiscard]] Result result() const {
    std::vector<CrewView> views;
    for (const auto& crew : crews_) views.push_back(crew->view());
    return collect(*plan_, views);
  }
  Crew<Queue>& crew(std::size_t core = 0) { return *crews_[core]; }
  FakePort& port() { return port_; }
  const Plan& plan() { return *plan_; }
  base::Time now() const { return now_; }
  void advance(base::Duration by) { now_ += by; }

 private:
  static std::unique_ptr<const Plan> made(base::Result<std::unique_ptr<const Plan>> plan) {
    if (!plan) std::fprintf(stderr, "%s\n", plan.error().sentence.c_str());
    CHECK(plan.has_value());
    return *std::move(plan);
  }

  FakePort port_;
  std::unique_ptr<const Plan> plan_;
  std::unique_ptr<Mesh<Queue>> mesh_;
  std::vector<std::unique_ptr<Crew<Queue>>> crews_;
  base::Time now_ = kStart;
};

inline std::uint64_t count_of(const Result& result, Count count) {
  return result.counts[static_cast<std::size_t>(count)];
}

// What failed and why, for the message of a failed test.
inline std::string describe(const Result& result) {
  std::string text;
  std::size_t lines = 0;
  for (const MachineRow& row : result.rows) {
    if (row.booted || ++lines > 10) continue;
    text += std::to_string(row.number) + " " + std::string(row.mac.text().view()) + " stage " +
            std::to_string(row.stage) + ": " + std::string(words_of(row.failure)) + "\n";
  }
  for (std::size_t i = 0; i < kCounts; ++i) {
    text +=
        std::string(name_of(static_cast<Count>(i))) + " " + std::to_string(result.counts[i]) + "\n";
  }
  return text;
}

}  // namespace stentor::storm

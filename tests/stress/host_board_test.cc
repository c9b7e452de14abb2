// SPDX-License-Identifier: BSD-3-Clause
// Goal: workers that look while control writes see of each machine what was said of it, newer and
// newer, and what they found lives until their next burst.
#include "dhcp/host_board.h"

#include <gtest/gtest.h>

#include "base/published.h"
#include "base/random.h"
#include "crew.h"

namespace stentor::dhcp {
namespace {

constexpr std::uint32_t kMachines = 200;
constexpr unsigned kCrew = 4;

wire::MacAddress machine(std::uint32_t number) {
  return {{0x52, 0x54, 0, 0, static_cast<std::uint8_t>(number >> 8),
           static_cast<std::uint8_t>(number)}};
}

// What is said of a machine is a number that grows, in two places.
BoardHost said(std::uint32_t number, std::uint64_t what) {
  const std::string text = std::to_string(what);
  return {.mac = machine(number), .hostname = {text.begin(), text.end()}, .classes = what};
}

bool is_whole(const BoardHost& host, std::uint32_t number) {
  const std::string text = std::to_string(host.classes);
  return host.mac == machine(number) && std::ranges::equal(host.hostname, text);
}

struct Scene {
  // Says something of a machine, or takes it back, in place of what nobody reads any more.
  void write(std::uint64_t changes) {
    base::Random random(1);
    for (std::uint64_t change = 1; change <= changes; ++change) {
      // One board grows with all the machines, and is made anew as others come and go.
      const auto number = static_cast<std::uint32_t>(random.below(kMachines));
      if (random.chance(0.4)) {
        board.erase(machine(number));
      } else {
        board.put(said(number, change));
      }
      if (random.chance(0.3)) {
        board.reclaim(bursts.mark(), [this](std::uint64_t mark) { return bursts.passed(mark); });
      }
    }
    is_over = true;
  }

  void read(unsigned worker) {
    base::Random random(worker + 2);
    std::vector<std::uint64_t> seen(kMachines);
    while (!is_over.load(std::memory_order_relaxed)) {
      bursts.read(worker);
      for (int i = 0; i < 8; ++i) {
        const auto number = static_cast<std::uint32_t>(random.below(kMachines));
        const BoardHost* host = board.find(machine(number));
        if (random.chance(0.05)) std::this_thread::yield();
        if (host == nullptr) continue;
        if (!is_whole(*host, number) || host->classes < seen[number]) {
          violations.fetch_add(1, std::memory_order_relaxed);
        }
        seen[number] = host->classes;
        found.fetch_add(1, std::memory_order_relaxed);
      }
      if (random.chance(0.01)) bursts.park(worker);
    }
    bursts.park(worker);
  }

  HostBoard board;
  base::Published<const int> bursts{std::make_unique<const int>(0), kCrew - 1};
  std::atomic<bool> is_over{false};
  std::atomic<std::uint64_t> violations{0};
  std::atomic<std::uint64_t> found{0};
};

TEST(HostBoardStress, WorkersSeeOfEachMachineWhatWasSaidOfIt) {
  Scene scene;
  const std::uint64_t changes = stress::rounds(200'000);
  stress::run_crew(
      kCrew, [&](unsigned member) { member == 0 ? scene.write(changes) : scene.read(member - 1); });
  EXPECT_EQ(scene.violations, 0u);
  EXPECT_GT(scene.found, 1000u);
  EXPECT_EQ(scene.board.reclaim(scene.bursts.mark(), [](std::uint64_t) { return true; }), 0u);
}

}  // namespace
}  // namespace stentor::dhcp

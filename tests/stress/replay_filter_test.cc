// SPDX-License-Identifier: BSD-3-Clause
// Goal: while workers bring the same messages of a few clients, each is accepted once at the most;
// what each client said last is accepted; and what we say is said once, and grows for each of us.
#include "dhcp/replay_filter.h"

#include <gtest/gtest.h>
#include <span>
#include <vector>

#include "base/random.h"
#include "crew.h"
#include "dhcp/relay_guard.h"

namespace stentor::dhcp {
namespace {

constexpr unsigned kCrew = 4;
constexpr std::uint64_t kClients = 8;

TEST(ReplayFilterStress, NothingIsAcceptedTwice) {
  ReplayFilter filter;
  const std::uint64_t values = stress::rounds(20'000);
  // By client and value: how often it was accepted.
  std::vector<std::atomic<std::uint8_t>> accepted(kClients * (values + 1));
  stress::run_crew(kCrew, [&](unsigned self) {
    base::Random random(self + 1);
    for (std::uint64_t round = 1; round <= values; ++round) {
      // Ahead of the others, behind them or beside them.
      const std::uint64_t value = std::min(values, round + random.below(4));
      const std::uint64_t client = random.below(kClients);
      if (!filter.is_new(client, value) || !filter.accept(client, value)) continue;
      accepted[client * (values + 1) + value].fetch_add(1, std::memory_order_relaxed);
    }
    for (std::uint64_t client = 0; client < kClients; ++client) {
      if (filter.accept(client, values))
        accepted[client * (values + 1) + values].fetch_add(1, std::memory_order_relaxed);
    }
  });
  std::uint64_t twice = 0;
  for (const auto& times : accepted) twice += times > 1 ? 1u : 0u;
  EXPECT_EQ(twice, 0u);
  for (std::uint64_t client = 0; client < kClients; ++client) {
    EXPECT_EQ(accepted[client * (values + 1) + values], 1) << client;
  }
}

struct NoHash {
  static constexpr std::size_t kTextBytesMax = kMacTextBytesMax;
  [[nodiscard]] static RelayMac of(const base::HmacKey& /*key*/,
                                   std::span<const base::Bytes> /*text*/) {
    return {};
  }
};

TEST(RelayGuardStress, SaysEachValueOnce) {
  const NoHash hasher;
  RelayGuard guard(hasher, 1000);
  const std::uint64_t each = stress::rounds(20'000);
  std::vector<std::atomic<std::uint8_t>> said(kCrew * each);
  std::atomic<bool> shrank{false};
  stress::run_crew(kCrew, [&](unsigned /*self*/) {
    std::uint64_t last = 0;
    for (std::uint64_t round = 0; round < each; ++round) {
      const std::uint64_t value = guard.next_value();
      if (value <= last) shrank.store(true, std::memory_order_relaxed);
      last = value;
      said.at(value - 1000).fetch_add(1, std::memory_order_relaxed);
    }
  });
  EXPECT_FALSE(shrank);
  for (const auto& times : said) ASSERT_EQ(times, 1);
}

}  // namespace
}  // namespace stentor::dhcp

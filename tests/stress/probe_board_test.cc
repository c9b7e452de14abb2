// SPDX-License-Identifier: BSD-3-Clause
// Goal: while workers open and close probes of a few addresses, and answers come to any of them, an
// answer never reaches a probe of another address, and no cell is lost.
#include "worker/probe_board.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "crew.h"

namespace stentor::worker {
namespace {

constexpr unsigned kCrew = 4;
constexpr std::uint32_t kAddresses = 16;  // of each worker: an address is asked for by its owner's

// Says whose it is: what answers for an address is the machine that has it.
wire::MacAddress mac_of(wire::Ipv4Address address) {
  return {{2, 0, 0, 0, static_cast<std::uint8_t>(address.host() >> 8),
           static_cast<std::uint8_t>(address.host())}};
}

TEST(ProbeBoardStress, NoAnswerGoesAstray) {
  ProbeBoard board(kCrew * 2, 1, {1, 2});
  std::atomic<std::uint64_t> answered{0};
  std::atomic<std::uint64_t> astray{0};
  stress::run_crew(kCrew, [&](unsigned self) {
    base::Random random(self + 1);
    for (std::uint64_t round = 0; round < stress::rounds(50'000); ++round) {
      const wire::Ipv4Address own{self * kAddresses +
                                  static_cast<std::uint32_t>(random.below(kAddresses))};
      const bool is_open = board.open(0, own) == ProbeBoard::Opened::yes;
      for (int i = 0; i < 4; ++i) {
        const wire::Ipv4Address any{static_cast<std::uint32_t>(random.below(kCrew * kAddresses))};
        board.answer(0, any, mac_of(any));
      }
      if (!is_open) continue;
      const auto who = board.close(0, own);
      if (!who) continue;
      answered.fetch_add(1, std::memory_order_relaxed);
      if (*who != mac_of(own)) astray.fetch_add(1, std::memory_order_relaxed);
    }
  });
  EXPECT_GT(answered, 0u);
  EXPECT_EQ(astray, 0u);
  std::uint32_t opened = 0;
  while (board.open(0, wire::Ipv4Address{opened}) == ProbeBoard::Opened::yes) ++opened;
  EXPECT_GE(opened, kCrew * 2) << "a cell was lost";
}

}  // namespace
}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What every scenario ends with.

#include <gtest/gtest.h>

#include "sim/world.h"

namespace stentor::sim {

// For SCOPED_TRACE: a failed run is repeated by setting it.
inline std::string seed_text(std::uint64_t seed) {
  return "STENTOR_SIM_SEED=" + std::to_string(seed);
}

inline void expect_all_boot(World& world, base::Duration limit) {
  EXPECT_TRUE(world.run_until_all_booted(limit)) << world.stragglers();
}

// After the give-up time nothing of any client is left, and nothing went wrong on the way there.
inline void expect_clean_end(World& world) {
  world.run_for(kGiveUpTime);
  EXPECT_FALSE(world.has_live_transfers());
  EXPECT_EQ(world.rig().buffers_in_use(), 0u);
  EXPECT_EQ(world.faults(), "");
  EXPECT_EQ(world.rig().leases().census(world.now()).bound, world.ledger().bound(world.now()));
}

// The server sends no more DATA frames than `faults` make necessary. In lock-step a block goes out
// again if it or its ACK is lost. With windows, up to a window goes out again for each frame that
// is lost, late, or copied in mid-window.
inline void expect_few_repeats(const World& world, const support::LinkFaults& faults) {
  constexpr double kWindow = 4;    // the largest that the machines ask for
  constexpr double kMargin = 1.5;  // chance, and files that machines gave up half-way
  const double lock_step = static_cast<double>(world.blocks() - world.window_blocks());
  const double windowed = static_cast<double>(world.window_blocks());
  const double either_lost = 1 - (1 - faults.loss) * (1 - faults.loss);
  const double repeats = either_lost / (1 - either_lost);
  const double troubles = repeats + 2 * faults.reordering + 2 * faults.duplication / kWindow;
  const double bound =
      lock_step * (1 + kMargin * repeats) + windowed * (1 + kMargin * kWindow * troubles);
  EXPECT_LE(static_cast<double>(world.data_frames()), bound);
}

}  // namespace stentor::sim

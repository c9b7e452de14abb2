// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Pseudo-random numbers for choices that an off-path attacker should not guess cheaply (server
// ports) and for seeded simulation. One generator a thread.

#include <array>
#include <cstdint>

namespace stentor::base {

// xoshiro256** (Blackman, Vigna): 2^256 - 1 period, four words of state.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();

  // Uniform in [0, bound); bound > 0. Multiply-shift, so the bias is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound);

  // True with `probability` in [0, 1].
  bool chance(double probability);

 private:
  std::array<std::uint64_t, 4> state_;
};

// Fills from the kernel's generator; a start-up matter, may block until the kernel is seeded.
std::array<std::uint64_t, 2> random_key();

}  // namespace stentor::base

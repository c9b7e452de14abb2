// SPDX-License-Identifier: BSD-3-Clause
#include "base/random.h"

#include <bit>
#include <sys/random.h>

#include "base/check.h"

namespace stentor::base {

Random::Random(std::uint64_t seed) {
  // splitmix64 spreads any seed, 0 included, over the whole state.
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    word = mixed ^ (mixed >> 31);
  }
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((Wide{next()} * bound) >> 64);
}

bool Random::chance(double probability) {
  return static_cast<double>(next() >> 11) * 0x1.0p-53 < probability;
}

std::array<std::uint64_t, 2> random_key() {
  std::array<std::uint64_t, 2> key{};
  CHECK(getrandom(key.data(), sizeof key, 0) == sizeof key);
  return key;
}

}  // namespace stentor::base

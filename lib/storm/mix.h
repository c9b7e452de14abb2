// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A number that looks random, from a seed and an index: what a machine is like does not depend on
// which core runs it, nor on when.

#include <cstdint>

namespace stentor::storm {

// The finaliser of splitmix64 (Steele, Lea, Flood).
constexpr std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

constexpr std::uint64_t mixed(std::uint64_t seed, std::uint64_t index) {
  return mixed(seed + (index + 1) * 0x9e3779b97f4a7c15);
}

// As a number in [0, 1): below a probability as often as that says.
constexpr double as_unit(std::uint64_t value) {
  return static_cast<double>(value >> 11) * 0x1.0p-53;
}

}  // namespace stentor::storm

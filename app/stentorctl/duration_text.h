// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Durations as people say them: the two largest units.

#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace stentor::ctl {

// "42s", "5m 3s", "2h 0m", "9d 4h".
inline std::string duration_text(std::uint64_t seconds) {
  constexpr std::array<std::pair<char, std::uint64_t>, 4> kUnits{
      {{'d', 86'400}, {'h', 3'600}, {'m', 60}, {'s', 1}}};
  for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
    const auto [unit, length] = kUnits[i];
    const auto [smaller, its_length] = kUnits[i + 1];
    if (seconds < length) continue;
    return std::to_string(seconds / length) + unit + " " +
           std::to_string(seconds % length / its_length) + smaller;
  }
  return std::to_string(seconds) + "s";
}

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a storm is expected to show, as one short text ("booted>=99.9%", "p99<5s"), and whether it
// did.
//
//   booted failed died naks late      machines or answers: a number, or with % their share
//   wrong                             files, options and addresses that were not right
//   unverified                        files that came whole and were compared with nothing
//   resends duplicates                a number, or with % the share of what was sent or received
//   p50 p99 p99.9 min mean max        of the boot time; offer.p99 ack.p99 first-block.p99
//                                     next-data.p99 boot.p99 name the others: a time
//   elapsed                           the whole storm: a time
//   rate                              bytes of files that came whole and right, over the whole
//                                     storm: a rate
//
// Compared by = < <= > >=.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storm/result.h"

namespace stentor::storm {

inline constexpr std::size_t kGoalsMax = 64;

struct Goal {
  enum class Unit : std::uint8_t { number, share, time, rate };
  enum class Sense : std::uint8_t { equal, below, at_most, above, at_least };

  std::string text;     // as written, without blanks
  std::string measure;  // "booted"; of a distribution, its name: "offer"
  std::string figure;   // of a distribution: "p99", "mean"; else empty
  Unit unit = Unit::number;
  Sense sense = Sense::equal;
  double bound = 0;  // machines, 0 to 1, nanoseconds, or bytes a second

  friend bool operator==(const Goal&, const Goal&) = default;
};

// A goal, judged.
struct GoalVerdict {
  std::string goal;  // as written
  bool held = false;
  std::string measured;  // "4.21 s", "99.2 %"; "nothing was measured"
};

// Errors say what a goal may be.
base::Result<Goal> parse_goal(std::string_view text);

GoalVerdict judge(const Goal& goal, const Result& result);
std::vector<GoalVerdict> judge(std::span<const Goal> goals, const Result& result);

}  // namespace stentor::storm

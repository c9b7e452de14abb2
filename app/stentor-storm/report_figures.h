// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What more than one kind of report derives from a result: rates, the machines to look at, and why
// they are worth it. Bounded by what is asked for, but for one pass over all machines each.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storm/result.h"

namespace stentor::rig {

inline constexpr std::size_t kSlowestShown = 20;

inline double seconds_of(base::Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

// Bytes a second of files that came whole and right, over the whole storm.
double goodput(const storm::Result& result);
// Of all bytes of files, whatever came of them, in the best interval of the timeline.
double peak_rate(const storm::Result& result);

// From the first power-on to the last machine's boot; none unless all booted.
std::optional<base::Duration> time_to_all_booted(const storm::Result& result);

// The slowest of those that booted, slowest first; at most `limit`.
std::vector<const storm::MachineRow*> slowest_machines(const storm::Result& result,
                                                       std::size_t limit);

// Of the script of the machine's group: "file initrd"; "all" behind the last; empty of a machine
// that was never switched on.
std::string_view stage_name(const storm::Result& result, const storm::MachineRow& row,
                            std::uint8_t stage);

// "the TFTP server sent an ERROR: 2, access violation".
std::string why_failed(const storm::MachineRow& row);
// "3.20 s in file initrd; 12 resends; 30 blocks came twice", or that nothing was lost.
std::string why_slow(const storm::Result& result, const storm::MachineRow& row);

// Machines that failed for one reason in one stage of their group's script.
struct FailureSite {
  storm::Failure failure = storm::Failure::none;
  std::string_view stage;
  std::uint64_t machines = 0;
  const storm::MachineRow* first = nullptr;  // for instance
};
std::vector<FailureSite> failure_sites(const storm::Result& result);  // most machines first

// A line "NAME: VALUE"; without a colon, all of it is the name.
using Fact = std::pair<std::string_view, std::string_view>;
std::vector<Fact> lines_of(std::string_view environment);

}  // namespace stentor::rig

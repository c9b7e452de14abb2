// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What workers count, by name: the one list for the log, the API, the metrics and the README's
// table of them.

#include <span>
#include <string_view>

#include "worker/counters.h"

namespace stentor {

struct WorkerFigure {
  std::string_view name;    // in the log and in JSON
  std::string_view metric;  // in Prometheus, where the unit comes last
  std::string_view meaning;
  base::Counter worker::Counters::*counter;
};

std::span<const WorkerFigure> worker_figures();

// What workers measure, for Prometheus alone.
struct WorkerDistribution {
  const char* metric;
  const char* meaning;
  base::Histogram worker::Counters::*durations;
  // Its buckets end at these powers of two of a nanosecond, and those between them.
  unsigned first_power;
  unsigned last_power;
};

std::span<const WorkerDistribution> worker_distributions();

// Begun, and not ended in any way yet.
std::uint64_t live_transfers(const worker::Counters& counters);

}  // namespace stentor

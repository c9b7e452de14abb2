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

// Begun, and not ended in any way yet.
std::uint64_t live_transfers(const worker::Counters& counters);

}  // namespace stentor

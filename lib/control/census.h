// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Counters by name, folded over workers and devices, and what changed since the last look. The
// control thread's view of what the data path counts.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::control {

// One figure: how it is read may sum several workers' counters or ask a device.
struct Gauge {
  std::string name;
  std::function<std::uint64_t()> read;
};

struct Change {
  std::string name;
  std::uint64_t total = 0;
  std::uint64_t since_last = 0;
};

class Census {
 public:
  void add(Gauge gauge) { rows_.push_back({std::move(gauge), 0}); }

  // The figures that grew since the last call, in the order in which they were added.
  std::vector<Change> changes();
  // Every figure that is not zero: "name total", comma-separated; "none" if all are.
  [[nodiscard]] std::string summary() const;

 private:
  struct Row {
    Gauge gauge;
    std::uint64_t seen;
  };
  std::vector<Row> rows_;
};

// "udp_checksum_wrong +3 (12 in all), ..." for a log line.
std::string text_of(const std::vector<Change>& changes);

}  // namespace stentor::control

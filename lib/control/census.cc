// SPDX-License-Identifier: BSD-3-Clause
#include "control/census.h"

#include <fmt/format.h>

namespace stentor::control {

std::vector<Change> Census::changes() {
  std::vector<Change> grown;
  for (Row& row : rows_) {
    const std::uint64_t total = row.gauge.read();
    if (total > row.seen) grown.push_back({row.gauge.name, total, total - row.seen});
    row.seen = total;
  }
  return grown;
}

std::string Census::summary() const {
  std::string text;
  for (const Row& row : rows_) {
    const std::uint64_t total = row.gauge.read();
    if (total == 0) continue;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", row.gauge.name, total);
  }
  return text.empty() ? "none" : text;
}

std::string text_of(const std::vector<Change>& changes) {
  std::string text;
  for (const Change& change : changes) {
    text += fmt::format("{}{} +{} ({} in all)", text.empty() ? "" : ", ", change.name,
                        change.since_last, change.total);
  }
  return text;
}

}  // namespace stentor::control

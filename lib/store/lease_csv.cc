// SPDX-License-Identifier: BSD-3-Clause
#include "store/lease_csv.h"

#include <algorithm>

namespace stentor::store {

std::string csv_value(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += c;
    quoted += c;
  }
  return quoted + '"';
}

std::string_view CsvReader::take(std::size_t length) {
  const std::string_view taken = rest_.substr(0, length);
  rest_.remove_prefix(taken.size());
  line_ += static_cast<std::size_t>(std::ranges::count(taken, '\n'));
  return taken;
}

// From the first quote to the last one. False: there is no last one.
bool CsvReader::take_quoted(std::string& value) {
  take(1);
  for (;;) {
    value += take(std::min(rest_.find('"'), rest_.size()));
    if (rest_.empty()) return false;
    take(1);
    // Two of them are one that belongs to the value.
    if (!rest_.starts_with('"')) return true;
    value += take(1);
  }
}

std::optional<CsvRow> CsvReader::next() {
  while (rest_.starts_with('\n') || rest_.starts_with("\r\n")) take(rest_.find('\n') + 1);
  if (rest_.empty()) return std::nullopt;
  CsvRow row{.line = line_, .values = {}};
  for (;;) {
    std::string& value = row.values.emplace_back();
    if (rest_.starts_with('"') && !take_quoted(value)) row.is_whole = false;
    value += take(std::min(rest_.find_first_of(",\n"), rest_.size()));
    if (!rest_.starts_with(',')) break;
    take(1);
  }
  take(1);
  if (row.values.back().ends_with('\r')) row.values.back().pop_back();
  return row;
}

}  // namespace stentor::store

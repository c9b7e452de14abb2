// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Leases as comma-separated values: what `stentorctl leases export` writes and `leases import
// --from stentor` reads (read_stentor_leases()). Values are quoted as RFC 4180 section 2 says;
// lines end with LF, and are read with CR LF too. The first one names the columns.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::store {

// Named as the control API names them. `state`: bound or declined; `expires`: utc_text(), or
// kExpiresNever; `htype`: a number. Empty: not known.
inline constexpr std::array<std::string_view, 9> kLeaseColumns{
    "address",   "state",    "expires",    "htype",    "mac",
    "client_id", "hostname", "circuit_id", "remote_id"};
inline constexpr std::string_view kExpiresNever = "never";

// In quotes where it has to be.
std::string csv_value(std::string_view text);
// With its end.
template <typename Texts>
std::string csv_line(const Texts& values) {
  std::string line;
  for (const auto& value : values) {
    if (&value != &*std::begin(values)) line += ',';
    line += csv_value(value);
  }
  return line + '\n';
}

struct CsvRow {
  std::size_t line = 0;  // where it begins, from 1
  std::vector<std::string> values;
  bool is_whole = true;  // false: the text ended within quotes
};

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : rest_(text) {}

  // nullopt: that was all. A line without anything is no row.
  std::optional<CsvRow> next();

 private:
  std::string_view take(std::size_t length);
  bool take_quoted(std::string& value);

  std::string_view rest_;
  std::size_t line_ = 1;
};

}  // namespace stentor::store

// SPDX-License-Identifier: BSD-3-Clause
#include "report_csv.h"

#include <fmt/format.h>
#include <iterator>
#include <string>
#include <string_view>

#include "report_figures.h"

namespace stentor::rig {
namespace {

constexpr std::string_view kHeader =
    "number,group,mac,address,booted,failure,stage,tftp_error_code,powered_on_seconds,"
    "boot_time_seconds,bytes,resends,duplicate_blocks,longest_stage,longest_stage_seconds\r\n";
constexpr std::size_t kFlushBytes = std::size_t{64} << 10;

// RFC 4180, section 2: a field with a separator in it stands in double quotes, which are doubled.
std::string quoted(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string out = "\"";
  for (const char character : text) {
    if (character == '"') out += '"';
    out += character;
  }
  return out + '"';
}

void append_row(fmt::memory_buffer& buffer, const storm::Result& result,
                const storm::MachineRow& row) {
  const auto out = std::back_inserter(buffer);
  const std::string_view group =
      row.group < result.groups.size() ? std::string_view{result.groups[row.group].name} : "";
  const auto address = row.address.text();
  fmt::format_to(out, "{},{},{},{},{},", row.number, quoted(group), row.mac.text().view(),
                 row.address.is_zero() ? std::string_view{} : address.view(),
                 row.booted ? "yes" : "no");
  if (row.booted) {
    fmt::format_to(out, ",,,");
  } else {
    fmt::format_to(out, "{},{},", name_of(row.failure), quoted(stage_name(result, row, row.stage)));
    if (row.failure == storm::Failure::tftp_error) fmt::format_to(out, "{}", row.error_code);
    fmt::format_to(out, ",");
  }
  if (row.failure != storm::Failure::never_on) {
    fmt::format_to(out, "{:.9f}", seconds_of(row.powered_on));
  }
  fmt::format_to(out, ",");
  if (row.booted) fmt::format_to(out, "{:.9f}", seconds_of(row.boot_time));
  fmt::format_to(out, ",{},{},{},", row.bytes, row.resends, row.duplicates);
  if (row.longest_time > base::Duration::zero()) {
    fmt::format_to(out, "{},{:.9f}\r\n", quoted(stage_name(result, row, row.longest_stage)),
                   seconds_of(row.longest_time));
  } else {
    fmt::format_to(out, ",\r\n");
  }
}

}  // namespace

void write_csv(std::ostream& out, const ReportInput& input) {
  out << kHeader;
  fmt::memory_buffer buffer;
  const auto flush = [&] {
    out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    buffer.clear();
  };
  for (const storm::MachineRow& row : input.result.rows) {
    append_row(buffer, input.result, row);
    if (buffer.size() >= kFlushBytes) flush();
  }
  flush();
}

}  // namespace stentor::rig

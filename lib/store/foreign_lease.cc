// SPDX-License-Identifier: BSD-3-Clause
#include "store/foreign_lease.h"

#include <array>
#include <chrono>

#include "base/hex.h"
#include "store/foreign_text.h"

namespace stentor::store {

tl::expected<ForeignLeases, ForeignFaults> read_foreign_leases(ForeignFormat format,
                                                               std::string_view text) {
  switch (format) {
    case ForeignFormat::kea:
      return read_kea_leases(text);
    case ForeignFormat::isc:
      return read_isc_leases(text);
    case ForeignFormat::dnsmasq:
      return read_dnsmasq_leases(text);
    case ForeignFormat::stentor:
      break;
  }
  return read_stentor_leases(text);
}

std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = rest.find(separator);
  const std::string_view taken = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return taken;
}

std::optional<std::vector<std::uint8_t>> read_colon_bytes(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  if (text.ends_with(':')) return std::nullopt;
  while (!text.empty()) {
    const std::string_view digits = take_until(text, ':');
    if (digits.empty() || digits.size() > 2) return std::nullopt;
    const auto byte = base::hex_byte(digits.size() == 2 ? digits[0] : '0', digits.back());
    if (!byte) return std::nullopt;
    bytes.push_back(*byte);
  }
  return bytes;
}

std::optional<UtcSecond> read_date_and_time(std::string_view date, char separator,
                                            std::string_view time) {
  std::array<std::optional<unsigned>, 6> parts;
  for (std::size_t i = 0; i < 3; ++i) {
    parts[i] = read_number<unsigned>(take_until(date, separator));
    parts[3 + i] = read_number<unsigned>(take_until(time, ':'));
  }
  for (const auto& part : parts) {
    if (!part) return std::nullopt;
  }
  const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(*parts[0])},
                                        std::chrono::month{*parts[1]}, std::chrono::day{*parts[2]}};
  if (!day.ok()) return std::nullopt;
  const std::chrono::seconds begin = std::chrono::sys_days{day}.time_since_epoch();
  return begin.count() + UtcSecond{*parts[3]} * 3600 + UtcSecond{*parts[4]} * 60 + *parts[5];
}

}  // namespace stentor::store

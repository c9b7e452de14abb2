// SPDX-License-Identifier: BSD-3-Clause
#include "store/foreign_lease.h"

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
      break;
  }
  return read_dnsmasq_leases(text);
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

}  // namespace stentor::store

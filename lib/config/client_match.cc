// SPDX-License-Identifier: BSD-3-Clause
#include "config/client_match.h"

#include <algorithm>

#include "base/hex.h"

namespace stentor::config {
namespace {

constexpr unsigned kOctets = 6;

// Two digits, of which either may be '?'; false if they are none.
bool read_octet(std::string_view octet, MacPattern& pattern) {
  if (octet.size() != 2) return false;
  for (const char c : octet) {
    const auto digit = base::hex_digit(c);
    if (!digit && c != '?') return false;
    pattern.value = pattern.value << 4 | digit.value_or(0);
    pattern.mask = pattern.mask << 4 | (digit ? 0xfU : 0U);
  }
  return true;
}

}  // namespace

std::optional<MacPattern> MacPattern::parse(std::string_view text) {
  MacPattern pattern;
  unsigned octets = 0;
  bool ends_with_star = false;
  for (; octets < kOctets && !text.empty(); ++octets) {
    const std::size_t end = std::min(text.find_first_of(":-"), text.size());
    const std::string_view octet = text.substr(0, end);
    ends_with_star = octet == "*";
    if (ends_with_star) {
      pattern.value <<= 8;
      pattern.mask <<= 8;
    } else if (!read_octet(octet, pattern)) {
      return std::nullopt;
    }
    text.remove_prefix(end);
    if (text.empty()) continue;
    text.remove_prefix(1);
    if (text.empty()) return std::nullopt;  // it ends in a separator
  }
  if (!text.empty() || octets == 0) return std::nullopt;
  if (octets < kOctets && !ends_with_star) return std::nullopt;
  pattern.value <<= 8 * (kOctets - octets);
  pattern.mask <<= 8 * (kOctets - octets);
  return pattern;
}

}  // namespace stentor::config

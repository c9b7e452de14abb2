// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <limits>

#include "base/bytes.h"
#include "base/check.h"
#include "dhcp/option_set.h"

namespace stentor::dhcp {

namespace {

constexpr std::size_t kFragmentBytesMax = 255;

// RFC 3396 section 5: a long value stands in consecutive instances.
EncodedOption encode(const config::DhcpOption& option) {
  EncodedOption encoded{option.code, option.always, {}};
  if (option.is_none) return encoded;
  base::Bytes value = option.value;
  do {
    const base::Bytes fragment = value.first(std::min(value.size(), kFragmentBytesMax));
    encoded.bytes.push_back(option.code);
    encoded.bytes.push_back(static_cast<std::uint8_t>(fragment.size()));
    encoded.bytes.insert(encoded.bytes.end(), fragment.begin(), fragment.end());
    value = value.subspan(fragment.size());
  } while (!value.empty());
  return encoded;
}

}  // namespace

OptionSet::OptionSet(const std::vector<config::DhcpOption>& options) {
  for (const config::DhcpOption& option : options) options_.push_back(encode(option));
  number_places();
}

void OptionSet::inherit(const OptionSet& wider) {
  for (const EncodedOption& option : wider.options_) {
    const std::uint8_t place = places_[option.code];
    if (place == 0) {
      options_.push_back(option);
    } else if (option.always) {
      options_[place - 1U].always = true;
    }
  }
  number_places();
}

void OptionSet::number_places() {
  std::ranges::sort(options_, {}, &EncodedOption::code);
  CHECK(options_.size() < std::numeric_limits<std::uint8_t>::max());
  for (std::size_t i = 0; i < options_.size(); ++i) {
    places_[options_[i].code] = static_cast<std::uint8_t>(i + 1);
  }
}

}  // namespace stentor::dhcp

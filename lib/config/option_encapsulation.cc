// SPDX-License-Identifier: BSD-3-Clause
#include "config/option_encapsulation.h"

#include <string>

#include "config/limit.h"
#include "config/unit.h"

namespace stentor::config {
namespace {

// Calls `append(number, value)` for each pair of a mapping whose keys are numbers from `min` to
// `max`; false if one was refused.
template <typename Append>
bool for_each_number(const Cursor& mapping, std::uint64_t min, std::uint64_t max,
                     std::string_view what, const Append& append) {
  const auto pairs = mapping.node().pairs();
  bool good = !pairs.empty();
  if (!good) mapping.unexpected("it is empty");
  for (const auto& [name, value] : pairs) {
    const Cursor key(*name, {}, mapping.report());
    const auto number = parse_number(key.text());
    if (!number || *number < min || *number > max) {
      key.error(std::string(what) + " is a number from " + std::to_string(min) + " to " +
                std::to_string(max));
      good = false;
      continue;
    }
    good = append(*number, Cursor(*value, {}, mapping.report())) && good;
  }
  return good;
}

}  // namespace

bool append_sub_options(OptionBytes& bytes, const Cursor& mapping) {
  const auto append = [&bytes](std::uint64_t code, const Cursor& value) {
    const auto encoded = encode_raw_option(value);
    if (!encoded) return false;
    bytes.push_back(static_cast<std::uint8_t>(code));
    bytes.push_back(static_cast<std::uint8_t>(encoded->size()));
    bytes.insert(bytes.end(), encoded->begin(), encoded->end());
    return true;
  };
  return for_each_number(mapping, 1, 254, "a sub-option", append);
}

bool append_vendor_options(OptionBytes& bytes, const Cursor& mapping) {
  const auto append = [&bytes](std::uint64_t enterprise, const Cursor& value) {
    const Cursor options = value.expecting("sub-options like {2: \"0x0a1b\"}");
    OptionBytes inner;
    if (!options.check_form(kMapping) || !append_sub_options(inner, options)) return false;
    if (inner.size() > kOptionBytesMax) {
      options.error("they take " + std::to_string(inner.size()) + " bytes; those of a vendor are " +
                    std::to_string(kOptionBytesMax) + " at most; shorten them");
      return false;
    }
    for (const int shift : {24, 16, 8, 0}) {
      bytes.push_back(static_cast<std::uint8_t>(enterprise >> shift));
    }
    bytes.push_back(static_cast<std::uint8_t>(inner.size()));
    bytes.insert(bytes.end(), inner.begin(), inner.end());
    return true;
  };
  return for_each_number(mapping, 0, 0xffffffff, "an enterprise", append);
}

}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
#include "control/query.h"

#include <charconv>

namespace stentor::control {

std::optional<std::string_view> Query::find(std::string_view name) const {
  for (const auto& [key, value] : request_.query) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> Query::number(std::string_view name, std::uint64_t standard,
                                           std::uint64_t max) const {
  const auto text = find(name);
  if (!text) return standard;
  std::uint64_t number = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc{} || stop != end || number == 0 || number > max) return std::nullopt;
  return number;
}

}  // namespace stentor::control

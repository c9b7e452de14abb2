// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One reader for each section of a scenario file. Each reports what is wrong within the section
// alone, and fills in what is right.

#include <optional>
#include <string_view>
#include <vector>

#include "config/cursor.h"
#include "storm/scenario.h"
#include "storm/short_text.h"

namespace stentor::storm {

// `index`: among the groups; `machines_before`: of all groups before it.
Group read_group(const config::Cursor& section, std::size_t index, std::uint64_t machines_before);
void read_link(const config::Cursor& section, LinkModel& link);
void read_verify(const config::Cursor& section, Verification& verify);

// A scalar, or each item of a list.
std::vector<config::Cursor> one_or_more(config::Mapping& section, std::string_view key);

// Takes a short text, or reports why not.
template <typename T>
std::optional<T> take(const config::Cursor& value, Parsed<T> parsed) {
  if (parsed) return *std::move(parsed);
  value.error(parsed.error());
  return std::nullopt;
}

// A number with its unit (quantity.h), or what the key expects.
template <typename T, typename Parse>
void read_unit(config::Mapping& section, std::string_view key, T& target, Parse parse) {
  const auto value = section.find(key);
  if (!value) return;
  if (const auto parsed = parse(value->text())) {
    target = *parsed;
  } else {
    value->unexpected();
  }
}

}  // namespace stentor::storm

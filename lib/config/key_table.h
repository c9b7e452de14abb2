// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Words for the tables of keys: key*.cc alone.

#include <array>
#include <string_view>

#include "config/key.h"

namespace stentor::config {

using Text = std::string_view;

constexpr Key scalar(Text name, std::uint8_t forms, Text expected, Text absent = {}) {
  return {.name = name, .forms = forms, .expected = expected, .absent = absent};
}

constexpr Key mapping(Text name, Text expected, const Section* section, Text absent = {}) {
  return {
      .name = name, .forms = kMapping, .expected = expected, .absent = absent, .section = section};
}

struct Item {
  std::uint8_t forms = kMapping;
  Text expected;
  const Section* section = nullptr;
};

constexpr Key list(Text name, Text expected, const Item& item, Text absent = {}) {
  return {.name = name,
          .forms = kList,
          .expected = expected,
          .absent = absent,
          .item_forms = item.forms,
          .item_expected = item.expected,
          .section = item.section};
}

constexpr Key required(Key key) {
  key.need = Need::required;
  return key;
}

// A list or a mapping in whose place a scalar may stand.
constexpr Key or_scalar(Key key, std::uint8_t forms) {
  key.forms = static_cast<std::uint8_t>(key.forms | forms);
  return key;
}

constexpr Text kClassNames = "a list of classes, by the names that dhcp.classes gives them";
constexpr Text kClassName = "the name of a class in dhcp.classes";

}  // namespace stentor::config

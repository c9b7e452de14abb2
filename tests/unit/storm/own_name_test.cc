// SPDX-License-Identifier: BSD-3-Clause
// Goal: each machine keeps the name that it asks for now, and the file that it should bring.
#include "storm/own_name.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace stentor::storm {
namespace {

TEST(OwnNames, EachMachineHasItsOwn) {
  const std::array<std::uint8_t, 1> bytes{7};
  Reference reference;
  reference.add("b", bytes);
  OwnNames names(reference, 3, 4);
  const auto name = [&names](std::uint32_t machine, std::string_view text) {
    std::ranges::copy(text, names.room(machine).begin());
    return names.keep(machine, text.size());
  };
  const std::string_view first = name(0, "long");
  const std::string_view last = name(2, "b");
  EXPECT_EQ(name(1, "next"), "next");
  EXPECT_EQ(first, "long");
  EXPECT_EQ(last, "b");
  EXPECT_EQ(names.file(0), nullptr);
  EXPECT_EQ(names.file(2), reference.find("b"));
  name(2, "c");
  EXPECT_EQ(names.file(2), nullptr) << "of the name before";
}

}  // namespace
}  // namespace stentor::storm

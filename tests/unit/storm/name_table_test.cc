// SPDX-License-Identifier: BSD-3-Clause
// Goal: each name is kept once, beside the file it stands for; what does not fit has none.
#include "storm/name_table.h"

#include <gtest/gtest.h>
#include <string>

namespace stentor::storm {
namespace {

TEST(NameTableTest, ANameIsKeptOnceWithItsFile) {
  // Goal: also when the text that it was made of is gone, and spelt as Windows does.
  const std::vector<std::uint8_t> bytes(10);
  Reference reference;
  reference.add("boot/loader", bytes);
  NameTable names(reference, 4);
  std::string text = "\\boot\\loader";
  const std::uint32_t name = names.intern(text);
  text.assign(text.size(), 'x');
  EXPECT_EQ(names.text(name), "\\boot\\loader");
  ASSERT_NE(names.file(name), nullptr);
  EXPECT_EQ(names.file(name)->bytes.size(), 10u);
  EXPECT_EQ(names.intern("\\boot\\loader"), name);
  const std::uint32_t other = names.intern("other");
  EXPECT_NE(other, name);
  EXPECT_EQ(names.file(other), nullptr);
}

TEST(NameTableTest, WhatDoesNotFitHasNoName) {
  // Goal: empty, too long, one too many; those inside stay findable.
  const Reference reference;
  NameTable names(reference, 2);
  EXPECT_EQ(names.intern(""), kNoName);
  EXPECT_EQ(names.intern(std::string(256, 'a')), kNoName);
  const std::uint32_t longest = names.intern(std::string(255, 'a'));
  EXPECT_EQ(names.intern("b"), 1u);
  EXPECT_EQ(names.intern("c"), kNoName);
  EXPECT_EQ(names.intern(std::string(255, 'a')), longest);
}

}  // namespace
}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
// Goal: names and numbers agree with IANA's registry.
#include "config/architecture.h"

#include <gtest/gtest.h>

namespace stentor::config {
namespace {

using Codes = std::vector<std::uint16_t>;

TEST(Architecture, NamesWhatBootsToday) {
  EXPECT_EQ(find_architecture("bios"), Codes{0});
  EXPECT_EQ(find_architecture("efi-ia32"), Codes{6});
  EXPECT_EQ(find_architecture("efi-arm64"), Codes{11});
  EXPECT_EQ(find_architecture("efi-x64-http"), Codes{16});
  EXPECT_EQ(find_architecture("efi-riscv64"), Codes{27});
  EXPECT_EQ(find_architecture("efi-loongarch64"), Codes{39});
  EXPECT_EQ(find_architecture("rpiboot"), Codes{41});
}

TEST(Architecture, TakesBothCodesOfTheErratumForX64) {
  EXPECT_EQ(find_architecture("efi-x64"), (Codes{7, 9}));
}

TEST(Architecture, HasEveryCodeOnceAndInOrder) {
  ASSERT_EQ(architectures().size(), 42u);
  for (std::uint16_t code = 0; code < 42; ++code) EXPECT_EQ(architectures()[code].code, code);
}

TEST(Architecture, KnowsNoOtherName) {
  EXPECT_TRUE(find_architecture("").empty());
  EXPECT_TRUE(find_architecture("BIOS").empty());
}

}  // namespace
}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
// Goal: every way in which firmware and people write one path ends at the same catalogue path, and
// no name leads out of the root.
#include "base/path.h"

#include <gtest/gtest.h>
#include <string>

namespace stentor::base {
namespace {

using namespace std::string_literals;

std::string normalised(std::string_view asked) {
  PathBuffer buffer;
  const auto path = normalised_path(asked, buffer);
  return path ? std::string{*path} : "refused";
}

TEST(Path, MakesOnePathOfEveryWayToWriteIt) {
  for (const std::string_view asked :
       {"EFI/BOOT/grub.cfg", "/EFI/BOOT/grub.cfg", "\\EFI\\BOOT\\grub.cfg", "EFI//BOOT///grub.cfg",
        "//EFI/./BOOT/.//grub.cfg", "./EFI/BOOT\\/grub.cfg", "EFI/BOOT/grub.cfg/"}) {
    EXPECT_EQ(normalised(asked), "EFI/BOOT/grub.cfg") << asked;
  }
}

TEST(Path, LeavesANormalPathAsItIs) {
  for (const std::string_view written : {"\\EFI\\.\\BOOT", "a", "a b/...//.c/"}) {
    const std::string once = normalised(written);
    EXPECT_EQ(normalised(once), once);
  }
}

TEST(Path, KeepsNamesThatOnlyLookSpecial) {
  EXPECT_EQ(normalised("..."), "...");
  EXPECT_EQ(normalised(".hidden/..x/x.."), ".hidden/..x/x..");
  EXPECT_EQ(normalised("a b/\xc3\xa4"), "a b/\xc3\xa4");
}

TEST(Path, RefusesWhatLeadsUpwards) {
  for (const std::string_view asked :
       {"..", "../etc/passwd", "a/../b", "a\\..\\b", "/..", "a/.."}) {
    EXPECT_EQ(normalised(asked), "refused") << asked;
  }
}

TEST(Path, RefusesControlCharactersAndEmptiness) {
  for (const std::string_view asked : {"", "/", "\\", "./", "//.//", "a\nb", "a\x7f", "\x1b[2J"}) {
    EXPECT_EQ(normalised(asked), "refused") << asked;
  }
  EXPECT_EQ(normalised("a\0b"s), "refused");
}

TEST(Path, HoldsTheLongestNameAndNoLonger) {
  const std::string longest(kPathBytesMax, 'a');
  EXPECT_EQ(normalised(longest), longest);
  EXPECT_EQ(normalised(longest + "a"), "refused");
}

TEST(Path, FoldsLettersOfAsciiAndNothingElse) {
  PathBuffer buffer;
  EXPECT_EQ(folded_path("EFI/Boot@[`{-\xc3\x84\xe4", buffer), "efi/boot@[`{-\xc3\x84\xe4");
  EXPECT_EQ(folded_path("AZaz09", buffer), "azaz09");
  EXPECT_EQ(folded_path(std::string(kPathBytesMax, 'A'), buffer), std::string(kPathBytesMax, 'a'));
  EXPECT_EQ(fold('A', PathCase::exact), 'A');
}

}  // namespace
}  // namespace stentor::base

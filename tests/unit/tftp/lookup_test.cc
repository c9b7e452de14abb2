// SPDX-License-Identifier: BSD-3-Clause
// Goal: of all the images that a path may name, the one is found that the operator was promised.
#include "tftp/lookup.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "image/generation_builder.h"

namespace stentor::tftp {
namespace {

using base::PathCase;

class LookupTest : public testing::Test {
 protected:
  std::unique_ptr<const image::Generation> generation_of(std::initializer_list<const char*> paths) {
    image::GenerationBuilder builder(*memory, 0);
    for (const char* path : paths) EXPECT_TRUE(builder.add_copy(path, {}));
    return builder.build(1, PathCase::folded);
  }

  // What `path` finds, among files that cover every rule.
  std::string found(std::string_view path, PathCase path_case,
                    const std::vector<config::Alias>& aliases = {}) const {
    config::Images images;
    images.path_case = path_case;
    images.aliases = aliases;
    const image::Image* image = Lookup(images, current).find(path);
    return image == nullptr ? "none" : std::string(image->path);
  }

  std::unique_ptr<image::Memory> memory = image::make_page_memory();
  std::unique_ptr<const image::Generation> generation =
      generation_of({"Boot/BCD", "boot/bcd", "grubx64.efi", "rack7/default"});
  image::CurrentGeneration current{*generation};
};

TEST_F(LookupTest, FindsAPathAsItIsWritten) {
  EXPECT_EQ(found("boot/bcd", PathCase::exact), "boot/bcd");
  EXPECT_EQ(found("BOOT/BCD", PathCase::exact), "none");
}

TEST_F(LookupTest, FindsAPathInAnotherCaseOnlyIfNoneHasItsOwn) {
  EXPECT_EQ(found("boot/bcd", PathCase::folded), "boot/bcd");
  EXPECT_EQ(found("BOOT/bcd", PathCase::folded), "Boot/BCD");
  EXPECT_EQ(found("GRUBX64.EFI", PathCase::folded), "grubx64.efi");
  EXPECT_EQ(found("grub", PathCase::folded), "none");
}

TEST_F(LookupTest, FollowsTheFirstAliasThatMatches) {
  const std::vector<config::Alias> aliases = {
      {"grub/*Onboard", "grubx64.efi"}, {"*/default", "{1}/default"}, {"grub/*", "boot/bcd"}};
  EXPECT_EQ(found("grub/\xc3\xaaOnboard", PathCase::exact, aliases), "grubx64.efi");
  EXPECT_EQ(found("grub/x", PathCase::exact, aliases), "boot/bcd");
  EXPECT_EQ(found("Grub/x", PathCase::exact, aliases), "none");
}

TEST_F(LookupTest, FollowsAnAliasThatBeginsWithAWildcard) {
  EXPECT_EQ(found("xgrub", PathCase::exact, {{"?grub", "grubx64.efi"}}), "grubx64.efi");
  EXPECT_EQ(found("grub", PathCase::exact, {{"?grub", "grubx64.efi"}}), "none");
  EXPECT_EQ(found("X", PathCase::folded, {{"*x", "grubx64.efi"}}), "grubx64.efi");
}

TEST_F(LookupTest, AsksNoOtherAliasIfTheFirstThatMatchesLeadsNowhere) {
  const std::vector<config::Alias> aliases = {{"a*", "{1}/missing"}, {"*", "grubx64.efi"}};
  EXPECT_EQ(found("ab", PathCase::exact, aliases), "none");
  EXPECT_EQ(found("b", PathCase::exact, aliases), "grubx64.efi");
}

TEST_F(LookupTest, AsksAliasesOnlyForWhatIsNotThere) {
  EXPECT_EQ(found("boot/bcd", PathCase::exact, {{"*", "grubx64.efi"}}), "boot/bcd");
  EXPECT_EQ(found("BOOT/bcd", PathCase::folded, {{"*", "grubx64.efi"}}), "Boot/BCD");
}

TEST_F(LookupTest, TakesOneStepAndNoSecond) {
  EXPECT_EQ(found("a", PathCase::exact, {{"a", "b"}, {"b", "grubx64.efi"}}), "none");
  EXPECT_EQ(found("a", PathCase::exact, {{"*", "{1}{1}"}}), "none") << "nor for ever";
}

TEST_F(LookupTest, KnowsNoCaseInAliasesEitherIfToldSo) {
  const std::vector<config::Alias> aliases = {{"PXE/*.CFG", "{1}/Default"}};
  EXPECT_EQ(found("pxe/RACK7.cfg", PathCase::folded, aliases), "rack7/default");
  EXPECT_EQ(found("PXE/rack7.CFG", PathCase::exact, aliases), "none") << "Default is not there";
  EXPECT_EQ(found("x/boot", PathCase::folded, {{"X/*", "{1}/bcd"}}), "boot/bcd")
      << "what was matched keeps its case, and finds its own";
}

TEST_F(LookupTest, FindsNothingForATargetThatIsNoPath) {
  const std::string longest(base::kPathBytesMax, 'a');
  EXPECT_EQ(found(longest, PathCase::folded, {{"*", "{1}{1}"}}), "none");
  EXPECT_EQ(found("x..", PathCase::exact, {{"x*", "a/{1}"}}), "none");
}

}  // namespace
}  // namespace stentor::tftp

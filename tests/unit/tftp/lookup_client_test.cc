// SPDX-License-Identifier: BSD-3-Clause
// Goal: where a path is looked for, for whom, in which order; and who may have what is found.
#include <gtest/gtest.h>

#include "image/generation_builder.h"
#include "tftp/lookup.h"

namespace stentor::tftp {
namespace {

class LookupClientTest : public testing::Test {
 protected:
  LookupClientTest() {
    images_.client_directories = {*config::ClientTemplate::parse_directory("{mac}"),
                                  *config::ClientTemplate::parse_directory("hosts/{address}")};
  }

  // What `path` finds among `files` for the client.
  std::string found(std::initializer_list<const char*> files, std::string_view path) {
    image::GenerationBuilder builder(*memory_, 0);
    for (const char* file : files) EXPECT_TRUE(builder.add_copy(file, {}));
    const auto generation = builder.build(1, images_.path_case);
    const image::CurrentGeneration current(*generation);
    const Lookup lookup(images_, current);
    const image::Image* image = lookup.find(path, client_);
    return image == nullptr ? "none" : std::string(image->path);
  }
  bool allows(std::string_view path, config::ClassMask classes) {
    const auto generation = image::GenerationBuilder(*memory_, 0).build(1, images_.path_case);
    return Lookup(images_, image::CurrentGeneration(*generation))
        .allows({.path = path}, {.classes = classes});
  }

  static constexpr const char* kByMac = "02-00-00-00-00-01/grub.cfg";
  static constexpr const char* kByAddress = "hosts/10.0.0.9/grub.cfg";

  std::unique_ptr<image::Memory> memory_ = image::make_page_memory();
  config::Images images_;
  const config::ClientTemplate efi_ = *config::ClientTemplate::parse("efi");
  ClientContext client_{.address = wire::Ipv4Address{0x0a000009},
                        .mac = wire::MacAddress{{2, 0, 0, 0, 0, 1}},
                        .boot_directory = &efi_};
};

TEST_F(LookupClientTest, LooksIntoTheClientsFoldersThenTheRootThenBesideTheBootFile) {
  EXPECT_EQ(found({kByMac, kByAddress, "grub.cfg", "efi/grub.cfg"}, "grub.cfg"), kByMac);
  EXPECT_EQ(found({kByAddress, "grub.cfg", "efi/grub.cfg"}, "grub.cfg"), kByAddress);
  EXPECT_EQ(found({"grub.cfg", "efi/grub.cfg"}, "grub.cfg"), "grub.cfg");
  EXPECT_EQ(found({"efi/grub.cfg"}, "grub.cfg"), "efi/grub.cfg");
  EXPECT_EQ(found({"other/grub.cfg"}, "grub.cfg"), "none");
}

TEST_F(LookupClientTest, LooksForWholePathsInEachPlace) {
  EXPECT_EQ(found({"02-00-00-00-00-01/boot/grub.cfg", "boot/grub.cfg"}, "boot/grub.cfg"),
            "02-00-00-00-00-01/boot/grub.cfg");
  EXPECT_EQ(found({"efi/boot/grub.cfg"}, "boot/grub.cfg"), "efi/boot/grub.cfg");
}

TEST_F(LookupClientTest, LooksOnlyWhereSomethingIsKnown) {
  client_ = {};
  EXPECT_EQ(found({kByMac, kByAddress, "efi/grub.cfg"}, "grub.cfg"), "none");
  client_.address = wire::Ipv4Address{0x0a000009};
  EXPECT_EQ(found({kByMac, kByAddress}, "grub.cfg"), kByAddress);
}

TEST_F(LookupClientTest, LooksInAnyCaseInEachPlaceInTurn) {
  images_.path_case = base::PathCase::folded;
  EXPECT_EQ(found({"02-00-00-00-00-01/GRUB.CFG", "grub.cfg"}, "grub.cfg"),
            "02-00-00-00-00-01/GRUB.CFG");
  EXPECT_EQ(found({"EFI/Grub.cfg"}, "GRUB.cfg"), "EFI/Grub.cfg");
}

TEST_F(LookupClientTest, LooksForWhatAnAliasLeadsToInTheSamePlaces) {
  images_.aliases = {{"grub/*Onboard", "grub.cfg"}};
  EXPECT_EQ(found({kByMac, "grub.cfg"}, "grub/xOnboard"), kByMac);
  EXPECT_EQ(found({"efi/grub.cfg"}, "grub/xOnboard"), "efi/grub.cfg");
  EXPECT_EQ(found({"efi/grub/xOnboard", "grub.cfg"}, "grub/xOnboard"), "efi/grub/xOnboard")
      << "what is there is never hidden by an alias";
}

TEST_F(LookupClientTest, SaysWhetherAnAddressMatters) {
  const auto generation = image::GenerationBuilder(*memory_, 0).build(1, images_.path_case);
  EXPECT_TRUE(Lookup(images_, image::CurrentGeneration(*generation)).asks_for_address());
  images_.client_directories.pop_back();
  EXPECT_FALSE(Lookup(images_, image::CurrentGeneration(*generation)).asks_for_address());
}

TEST_F(LookupClientTest, LetsEverybodyHaveWhatNoRuleNames) {
  EXPECT_TRUE(allows("a", 0));
  images_.access = {{"secrets/*", 1}};
  EXPECT_TRUE(allows("a", 0));
  EXPECT_TRUE(allows("x/secrets/a", 0));
}

TEST_F(LookupClientTest, WantsOneOfTheClassesOfEveryRuleThatMatches) {
  images_.access = {{"secrets/*", 1 | 2}, {"*.key", 4}};
  EXPECT_FALSE(allows("secrets/a", 0));
  EXPECT_FALSE(allows("secrets/a", 4));
  EXPECT_TRUE(allows("secrets/a", 1));
  EXPECT_TRUE(allows("secrets/a", 2 | 8));
  EXPECT_FALSE(allows("secrets/a.key", 1));
  EXPECT_TRUE(allows("secrets/a.key", 1 | 4));
}

TEST_F(LookupClientTest, RulesKnowNoCaseWherePathsHaveNone) {
  images_.access = {{"Secrets/*", 1}};
  EXPECT_TRUE(allows("secrets/a", 0));
  images_.path_case = base::PathCase::folded;
  EXPECT_FALSE(allows("secrets/a", 0));
  EXPECT_FALSE(allows("SECRETS/A", 0));
}

}  // namespace
}  // namespace stentor::tftp

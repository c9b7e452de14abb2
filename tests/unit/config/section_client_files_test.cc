// SPDX-License-Identifier: BSD-3-Clause
// Goal: folders of clients' own and access rules come out as paths, and bad ones are refused where
// they stand.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_images(const std::string& keys) {
  std::string yaml(kMinimal);
  yaml.replace(0, yaml.find('\n'), "images: {root: /i, " + keys + "}");
  return yaml + "dhcp: {classes: [{name: trusted}]}\n";
}

TEST(SectionClientFiles, ReadsFoldersAndNormalisesThem) {
  const Images images =
      settings_of(with_images("client-directories: ['{mac}', '\\hosts//{address}']")).images;
  ASSERT_EQ(images.client_directories.size(), 2u);
  EXPECT_EQ(images.client_directories[1].pieces.at(0).text, "hosts/");
  EXPECT_TRUE(images.beside_boot_file) << "by default";
  EXPECT_FALSE(settings_of(with_images("beside-boot-file: false")).images.beside_boot_file);
}

TEST(SectionClientFiles, RefusesFoldersThatAreNobodysOwn) {
  const auto said = [](const std::string& folder) {
    return finding(with_images("client-directories: ['" + folder + "']"));
  };
  EXPECT_EQ(said("hosts"),
            "images.client-directories[0]: 'hosts': no word in it tells one client from another; "
            "expected a folder's path below images.root with words of the client: {mac}, "
            "{mac:colons}, {mac:hex}, {address}, {address:hex}, {serial}");
  EXPECT_NE(said("{uuid}").find("are not known when a file is asked for"), std::string::npos);
  EXPECT_NE(said("../{mac}").find("'..' cannot be a part of it"), std::string::npos);
  EXPECT_NE(said("{mac}/").find("it names a folder"), std::string::npos);
  std::string nine;
  for (int i = 0; i < 9; ++i) nine += "'{mac}', ";
  EXPECT_NE(finding(with_images("client-directories: [" + nine + "]")).find("at most 8"),
            std::string::npos);
}

TEST(SectionClientFiles, ReadsAccessRules) {
  const Images images =
      settings_of(with_images("access: [{files: '/secrets\\*', classes: [trusted]}]")).images;
  ASSERT_EQ(images.access.size(), 1u);
  EXPECT_EQ(images.access[0].files, "secrets/*");
  EXPECT_EQ(images.access[0].classes, 1u);
}

TEST(SectionClientFiles, RefusesAccessRulesThatSayNothing) {
  EXPECT_EQ(finding(with_images("access: [{files: a}]")),
            "images.access[0]: the key 'classes' is missing; expected a list of classes, by the "
            "names that dhcp.classes gives them");
  EXPECT_EQ(finding(with_images("access: [{files: a, classes: []}]")),
            "images.access[0].classes: the list is empty; expected a list of classes, by the names "
            "that dhcp.classes gives them");
  EXPECT_NE(
      finding(with_images("access: [{files: 'a**', classes: [trusted]}]")).find("one * is enough"),
      std::string::npos);
  EXPECT_NE(finding(with_images("access: [{files: a, classes: [trustee]}]"))
                .find("did you mean trusted?"),
            std::string::npos);
}

}  // namespace
}  // namespace stentor::config

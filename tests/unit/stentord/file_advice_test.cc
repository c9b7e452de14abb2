// SPDX-License-Identifier: BSD-3-Clause
// Goal: --check warns of every file that the configuration counts on and that would not be served,
// and of none that would be, under whatever name.
#include "file_advice.h"

#include <gtest/gtest.h>

#include "../image/temporary_tree.h"
#include "config/parse.h"

namespace stentor {
namespace {

class FileAdviceTest : public testing::Test {
 protected:
  std::vector<std::string> sentences(const std::string& images,
                                     const std::string& boot_rules = "") {
    const auto settings = config::parse_settings(
        "ports: [{name: p, device: interface:e, networks: [{address: 10.0.0.1/24, dhcp: proxy}]}]\n"
        "dhcp: {classes: [{name: a, match: {arch: bios}}]}\n"
        "images: {root: " +
            tree.root() + images + "}\nboot: {rules: [" + boot_rules + "]}\n",
        "f");
    if (!settings) return {"error: '" + settings.error().front().text() + "'"};
    return file_advice(*settings);
  }

  // The quoted names of each sentence, in the order of the sentences.
  std::vector<std::string> advice(const std::string& images, const std::string& boot_rules = "") {
    std::vector<std::string> names;
    for (const std::string& sentence : sentences(images, boot_rules)) {
      std::string quoted;
      std::size_t at = 0;
      while ((at = sentence.find('\'', at)) != std::string::npos) {
        const std::size_t end = sentence.find('\'', at + 1);
        quoted += (quoted.empty() ? "" : " ") + sentence.substr(at + 1, end - at - 1);
        at = end + 1;
      }
      names.push_back(quoted);
    }
    return names;
  }
  using Names = std::vector<std::string>;

  image::TemporaryTree tree;
};

TEST_F(FileAdviceTest, NamesBootFilesThatAreNotThere) {
  tree.write("a/there.efi", "x");
  tree.link("/etc/hostname", "outside.efi");
  EXPECT_EQ(advice("",
                   "{match: {arch: 1}, file: outside.efi}, {match: {arch: 2}, file: gone.efi}, "
                   "{match: {arch: 3}, file: 'a\\there.efi'}, "
                   "{match: {arch: 4}, file: theirs.efi, server: 10.0.0.9}, "
                   "{match: {arch: 5}, file: ours.efi, server: 10.0.0.1}"),
            (Names{"gone.efi", "ours.efi", "outside.efi"}));
}

TEST_F(FileAdviceTest, SaysNothingOfFilesThatSomeClientMayFindInAFolder) {
  tree.write("02-00-00-00-00-01/boot.bin", "x");
  tree.write("efi/grubx64.efi", "x");
  const std::string rule = "{file: boot.bin}";
  EXPECT_EQ(advice("", rule), (Names{"boot.bin"}));
  EXPECT_EQ(advice(", client-directories: [\"{mac}\"]", rule), Names{});
  EXPECT_EQ(advice(", client-directories: [\"{mac}\"]", "{file: oot.bin}"), (Names{"oot.bin"}));
  const std::string alias = ", aliases: [{from: a, to: grubx64.efi}]";
  EXPECT_EQ(advice(alias), Names{});
  EXPECT_EQ(advice(", beside-boot-file: false" + alias), (Names{"grubx64.efi a"}));
}

TEST_F(FileAdviceTest, LooksForBootFilesAsRequestsDo) {
  tree.write("There.efi", "x");
  const std::string rules = "{match: {arch: 1}, file: there.efi}, {file: alias/x}";
  EXPECT_EQ(advice("", rules), (Names{"alias/x", "there.efi"}));
  EXPECT_EQ(advice(", case-insensitive: true", rules), (Names{"alias/x"}));
  EXPECT_EQ(advice(", aliases: [{from: \"alias/*\", to: There.efi}]", rules), (Names{"there.efi"}));
  EXPECT_EQ(
      advice(", case-insensitive: true, aliases: [{from: \"Alias/*\", to: there.EFI}]", rules),
      Names{});
}

TEST_F(FileAdviceTest, NamesAliasesThatLeadNowhere) {
  tree.write("there.efi", "x");
  EXPECT_EQ(
      advice(", aliases: [{from: a, to: there.efi}, {from: b, to: gone.efi}, "
             "{from: c, to: a}, {from: \"d*\", to: \"{1}/unknown\"}, {from: e, to: \"{{x\"}]"),
      (Names{"gone.efi b", "a c", "{{x e"}))
      << "no alias leads to another, and what {1} stands for nobody knows";
}

TEST_F(FileAdviceTest, SaysWhatIsThereAndIgnored) {
  tree.write("boot/f.tmp", "x");
  EXPECT_EQ(sentences(", aliases: [{from: a, to: boot/f.tmp}]", "{file: 'boot\\f.tmp'}"),
            (Names{"boot file 'boot\\f.tmp' is there, but images.watch.ignore leaves it out; "
                   "machines that are sent to it will not boot",
                   "images.aliases: 'boot/f.tmp', the target of 'a', is there, but "
                   "images.watch.ignore leaves it out; who asks for it gets nothing"}));
  EXPECT_EQ(advice(", watch: {ignore: []}", "{file: boot/f.tmp}"), Names{});
  EXPECT_EQ(sentences("", "{file: gone.tmp}"),
            (Names{"boot file 'gone.tmp' is not under " + tree.root() +
                   "; machines that are sent to it will not boot"}));
}

TEST_F(FileAdviceTest, KnowsBootFilesThatDifferFromClientToClient) {
  tree.write("hosts/a/x.0", "x");
  tree.write("{x}", "x");
  EXPECT_EQ(sentences("", "{match: {arch: 6}, file: 'hosts/{mac}/x.0'}, {file: '{{x}'}"), Names{});
  EXPECT_EQ(sentences("", "{file: '{arch}/y.0'}"),
            (Names{"boot file '{arch}/y.0': no file under " + tree.root() +
                   " has such a name; machines that are sent to it will not boot"}));
}

TEST_F(FileAdviceTest, NamesAccessRulesForFilesThatAreNotThere) {
  tree.write("secrets/key", "x");
  const std::string rules =
      ", access: [{files: 'Secrets/*', classes: [a]}, {files: 'nothere/*', classes: [a]}]";
  EXPECT_EQ(advice(rules), (Names{"Secrets/*", "nothere/*"}));
  EXPECT_EQ(sentences(", case-insensitive: true" + rules),
            (Names{"images.access: 'nothere/*' matches no file under " + tree.root()}));
}

TEST_F(FileAdviceTest, NamesFilesThatDifferInCaseAloneWherePathsHaveNone) {
  for (const char* path : {"boot/bcd", "Boot/bcd", "SHA256SUMS", "sha256sums"})
    tree.write(path, "x");
  EXPECT_EQ(advice(""), Names{});
  EXPECT_EQ(advice(", case-insensitive: true"), (Names{"Boot/bcd boot/bcd"}))
      << "a manifest is no image";
}

TEST_F(FileAdviceTest, MissesEverythingUnderARootThatIsNotThere) {
  EXPECT_EQ(advice("/gone, aliases: [{from: a, to: b}]", "{file: c}"), (Names{"c", "b a"}));
}

}  // namespace
}  // namespace stentor

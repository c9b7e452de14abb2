// SPDX-License-Identifier: BSD-3-Clause
// Goal: keys of relay agents, whose secrets stand in files that nobody else can read.
#include <gtest/gtest.h>

#include "config/limit.h"
#include "sample.h"
#include "secret_files.h"

namespace stentor::config {
namespace {

using Bytes = std::vector<std::uint8_t>;

class SectionRelays : public SecretFiles {
 protected:
  static std::string yaml(const std::string& keys) {
    return minimal_with("dhcp: {relays: [{address: 10.8.0.1, keys: " + keys +
                        "}], subnets: [{subnet: 10.8.0.0/16, pools: [10.8.1.0]}]}\n");
  }
  static std::vector<RelayKey> keys_of(const std::string& keys) {
    return settings_of(yaml(keys)).dhcp.relays->at(0).keys;
  }
  // What is said of a file with `text`.
  [[nodiscard]] std::string refusal(const std::string& text, mode_t mode = 0600) const {
    const std::string path = file(text, mode);
    std::string found = finding(yaml("[{id: 1, file: " + path + "}]"));
    const std::string begin = "dhcp.relays[0].keys[0].file: '" + path + "': ";
    EXPECT_TRUE(found.starts_with(begin)) << found;
    return found.substr(std::min(begin.size(), found.size()));
  }
};

TEST_F(SectionRelays, ReadSecretsFromFiles) {
  const std::string text = file("correct horse battery\n");
  const std::string hex =
      file("0x000102030405060708090a0b0c0d0e0f10111213\r\n", 0400, "hexadecimal");
  const auto keys = keys_of("[{id: 0, file: " + text + "}, {id: 4294967295, file: " + hex + "}]");
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0].id, 0u);
  const std::string_view secret = "correct horse battery";
  EXPECT_EQ(keys[0].secret, Bytes(secret.begin(), secret.end()));
  EXPECT_EQ(keys[1].id, 0xffffffff);
  EXPECT_EQ(keys[1].secret.size(), 20u);
  EXPECT_EQ(keys[1].secret.back(), 19);
  EXPECT_EQ(keys_of("[{id: 1, file: " + file(std::string(64, 'a')) + "}]")[0].secret.size(), 64u);
}

TEST_F(SectionRelays, RefuseFilesThatOthersMayRead) {
  const std::string sentence =
      "others than its owner may read or change it; chmod 600 it, and change the secret if "
      "somebody did";
  for (const mode_t mode : {0640u, 0604u, 0620u, 0602u, 0601u}) {
    EXPECT_EQ(refusal("correct horse battery", mode), sentence) << mode;
  }
}

TEST_F(SectionRelays, RefuseFilesWithoutASecret) {
  const std::string sentence =
      "it holds no secret: write 16 to 64 bytes into it, as one line of text or as 0x and "
      "hexadecimal digits";
  for (const std::string& text :
       {std::string(), std::string("\n"), std::string(15, 'a') + "\n", std::string(65, 'a'),
        "0x" + std::string(30, 'a'), "0x" + std::string(33, 'a'), "0x" + std::string(130, 'a'),
        std::string(20, '\x07'), std::string(20, 'a') + "\n\n", std::string(1000, 'a')}) {
    EXPECT_EQ(refusal(text), sentence) << text;
  }
}

TEST_F(SectionRelays, SayWhichFileIsMissing) {
  EXPECT_EQ(finding(yaml("[{id: 1, file: /nowhere/key}]")),
            "dhcp.relays[0].keys[0].file: '/nowhere/key': cannot be opened: No such file or "
            "directory; name a readable file with a secret");
  EXPECT_EQ(finding(yaml("[{id: 1, file: " + folder_ + "}]")),
            "dhcp.relays[0].keys[0].file: '" + folder_ +
                "': is no regular file; name a file with a secret");
  EXPECT_NE(finding(yaml("[{id: 1, file: relay.key}]")).find("the path is relative"),
            std::string::npos);
}

TEST_F(SectionRelays, HaveEachKeyOnce) {
  const std::string path = file("correct horse battery");
  const std::string one = "{id: 1, file: " + path + "}";
  EXPECT_EQ(finding(yaml("[" + one + ", " + one + "]")),
            "dhcp.relays[0].keys[1].id: '1': another key of this relay agent has this id; keep one "
            "of them");
  EXPECT_NE(finding(yaml("[]")).find("the list is empty"), std::string::npos);
  EXPECT_NE(finding(yaml("[{file: " + path + "}]")).find("id"), std::string::npos);
  EXPECT_NE(finding(yaml("[{id: 4294967296, file: " + path + "}]")).find("out of range"),
            std::string::npos);
  std::string many;
  for (std::size_t id = 0; id <= kKeysPerRelayMax; ++id) {
    many += (id == 0 ? "" : ", ") + ("{id: " + std::to_string(id) + ", file: " + path + "}");
  }
  EXPECT_NE(finding(yaml("[" + many + "]")).find("9 items, at most 8"), std::string::npos);
}

}  // namespace
}  // namespace stentor::config

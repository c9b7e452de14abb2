// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is derived from an interface parses, and serves what is there.
#include "config/derive.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "config/parse.h"
#include "sample.h"

namespace stentor::config {
namespace {

class Derive : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "stentor-derive-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    images_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(images_); }

  void put(const std::string& name) const { std::ofstream(images_ + "/" + name) << "x"; }

  [[nodiscard]] Settings settings(const std::optional<std::string>& pool = std::nullopt) const {
    const auto text = derive_config(facts_, images_, pool);
    if (!text) {
      ADD_FAILURE() << text.error().sentence;
      return {};
    }
    const auto settings = parse_settings(*text, "derived");
    EXPECT_TRUE(settings) << *text;
    return settings ? *settings : Settings{};
  }

  [[nodiscard]] std::string refusal(const std::optional<std::string>& pool = std::nullopt) const {
    const auto text = derive_config(facts_, images_, pool);
    return text ? *text : text.error().sentence;
  }

  std::string images_;
  InterfaceFacts facts_{"eth1", *wire::Ipv4Prefix::parse("10.0.0.1/24"),
                        wire::Ipv4Address::parse("10.0.0.254"), 9000};
};

TEST_F(Derive, IsAProxyWithoutAPool) {
  put("undionly.kpxe");
  const Settings derived = settings();
  EXPECT_EQ(derived.dhcp.mode, DhcpMode::proxy);
  EXPECT_TRUE(derived.dhcp.subnets.empty());
  ASSERT_EQ(derived.ports.size(), 1u);
  EXPECT_EQ(derived.ports[0].device.text, "interface:eth1");
  const Network& network = derived.ports[0].networks.at(0);
  EXPECT_EQ(network.address, facts_.address);
  EXPECT_EQ(network.gateway, facts_.gateway);
  EXPECT_EQ(network.mtu, 9000);
  EXPECT_EQ(network.dhcp, DhcpMode::proxy);
  EXPECT_EQ(derived.images.root, std::filesystem::canonical(images_).string());
}

// An interface has a name of nearly any bytes, a port has not, and nobody wrote the port's.
TEST_F(Derive, NamesAPortAfterAnyInterface) {
  put("undionly.kpxe");
  facts_.name = "q\"x\\.1-a";
  const Settings derived = settings();
  ASSERT_EQ(derived.ports.size(), 1u);
  EXPECT_EQ(derived.ports[0].name, "q_x_.1-a");
  EXPECT_EQ(derived.ports[0].device.name, facts_.name);
}

TEST_F(Derive, SaysThatAnInterfaceCannotBeServedByItsName) {
  put("undionly.kpxe");
  for (const char* name : {"a,b", "caf\xc3\xa9", "a\nb"}) {
    facts_.name = name;
    EXPECT_EQ(refusal(), "Interface `" + facts_.name +
                             "` cannot be served by this name: an interface's name has 1 to 15 "
                             "characters, none of them '/', ':', ',' or blank. Give it another: "
                             "ip link set dev '" +
                             facts_.name + "' name eth9");
  }
}

TEST_F(Derive, IsAServerWithAPool) {
  put("undionly.kpxe");
  const Settings derived = settings("10.0.0.10-10.0.0.99");
  EXPECT_EQ(derived.dhcp.mode, DhcpMode::server);
  ASSERT_EQ(derived.dhcp.subnets.size(), 1u);
  const Subnet& subnet = derived.dhcp.subnets[0];
  EXPECT_EQ(subnet.prefix.length, 24);
  EXPECT_EQ(subnet.pools.at(0).range.last, *wire::Ipv4Address::parse("10.0.0.99"));
  ASSERT_EQ(subnet.options.size(), 1u);
  EXPECT_EQ(subnet.options[0].value, (std::vector<std::uint8_t>{10, 0, 0, 254}));
}

// A machine that already runs iPXE gets its script, not iPXE once more.
TEST_F(Derive, NamesTheBootFilesThatAreThere) {
  for (const char* name :
       {"boot.ipxe", "undionly.kpxe", "pxelinux.0", "snponly.efi", "notes.txt"}) {
    put(name);
  }
  const Settings derived = settings();
  ASSERT_EQ(derived.boot_rules.size(), 3u);
  EXPECT_EQ(tests_in(derived.boot_rules[0].match).at(0).value.text, "iPXE");
  EXPECT_EQ(derived.boot_rules[0].target.file, "boot.ipxe");
  EXPECT_EQ(architectures_in(derived.boot_rules[1].match), std::vector<std::uint16_t>{0});
  EXPECT_EQ(derived.boot_rules[1].target.file, "undionly.kpxe");
  EXPECT_EQ(architectures_in(derived.boot_rules[2].match), (std::vector<std::uint16_t>{7, 9}));
  EXPECT_EQ(derived.boot_rules[2].target.file, "snponly.efi");
}

TEST_F(Derive, KnowsTheNameThatRemovableMediaUse) {
  put("BOOTX64.EFI");
  EXPECT_EQ(settings().boot_rules.at(0).target.file, "BOOTX64.EFI");
}

TEST_F(Derive, WritesAnyPathSoThatItComesBack) {
  const std::string odd = images_ + "/a \"b\" \\ #: c";
  ASSERT_TRUE(std::filesystem::create_directory(odd));
  std::ofstream(odd + "/ipxe.efi") << "x";
  images_ = odd;
  EXPECT_EQ(settings().images.root, std::filesystem::canonical(odd).string());
  images_ = std::filesystem::path(odd).parent_path();
}

TEST_F(Derive, RefusesAPathThatNoLineHolds) {
  const std::string odd = images_ + "/a\n\"b";
  ASSERT_TRUE(std::filesystem::create_directory(odd));
  std::ofstream(odd + "/ipxe.efi") << "x";
  images_ = odd;
  EXPECT_NE(refusal().find("a\\n\"b': it holds a control character"), std::string::npos)
      << refusal();
  images_ = std::filesystem::path(odd).parent_path();
}

TEST_F(Derive, RefusesAFolderThatHasNothingToBoot) {
  EXPECT_NE(refusal().find("No boot file is recognised in '"), std::string::npos);
  EXPECT_NE(refusal().find("undionly.kpxe (arch: bios)"), std::string::npos);
}

TEST_F(Derive, RefusesAFolderThatIsNone) {
  EXPECT_EQ(derive_config(facts_, "/nowhere/at/all", {}).error().sentence,
            "The image directory '/nowhere/at/all' cannot be used: No such file or directory. Give "
            "an existing directory with --images.");
  put("file");
  EXPECT_NE(derive_config(facts_, images_ + "/file", {}).error().sentence.find("not a directory"),
            std::string::npos);
}

TEST_F(Derive, RefusesPoolsThatTheNetworkCannotHave) {
  put("undionly.kpxe");
  EXPECT_NE(refusal("10.0.1.10-10.0.1.99").find("the pool leaves its subnet 10.0.0.0/24"),
            std::string::npos);
  EXPECT_NE(refusal("10.0.0.1-10.0.0.99").find("the pool contains our own address"),
            std::string::npos);
  EXPECT_NE(refusal("10.0.0.9-10.0.0.254").find("the pool contains the gateway"),
            std::string::npos);
  EXPECT_NE(refusal("a \"b").find("expected a range FIRST-LAST"), std::string::npos);
}

}  // namespace
}  // namespace stentor::config

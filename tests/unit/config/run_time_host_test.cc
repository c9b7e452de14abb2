// SPDX-License-Identifier: BSD-3-Clause
// Goal: of a machine that something is said about at run time, what is wrong under any
// configuration is told from what does not count under this one, each in a sentence that helps.
#include "config/run_time_host.h"

#include <gtest/gtest.h>

#include "config/limit.h"
#include "sample.h"

namespace stentor::config {
namespace {

using Sentences = std::vector<std::string>;

constexpr wire::MacAddress kHostMac{{0x52, 0x54, 0, 0, 1, 1}};

RunTimeHost host_at(std::string_view address) {
  return {.mac = kHostMac, .address = wire::Ipv4Address::parse(address)};
}

// Of a host of which nothing else is said.
std::string flaw_of_boot_file(const std::string& path) {
  return flaw_of({.mac = kHostMac, .boot_file = path}).value_or("none");
}
std::string flaw_of_boot_once(const std::string& path) {
  return flaw_of({.mac = kHostMac, .boot_once = path}).value_or("none");
}
std::string flaw_of_hostname(const std::string& name) {
  return flaw_of({.mac = kHostMac, .hostname = name}).value_or("none");
}
std::string flaw_of_address(std::string_view address) {
  return flaw_of(host_at(address)).value_or("none");
}

TEST(RunTimeHostTest, IsEmptyWhereNothingIsSaid) {
  EXPECT_TRUE(RunTimeHost{.mac = kHostMac}.is_empty());
  EXPECT_TRUE((RunTimeHost{.mac = kHostMac, .is_for_ipxe = true}.is_empty())) << "of no file";
  EXPECT_FALSE(host_at("10.0.0.9").is_empty());
  EXPECT_FALSE((RunTimeHost{.mac = kHostMac, .hostname = "a"}.is_empty()));
  EXPECT_FALSE((RunTimeHost{.mac = kHostMac, .classes = {"a"}}.is_empty()));
  EXPECT_FALSE((RunTimeHost{.mac = kHostMac, .boot_file = "a"}.is_empty()));
  EXPECT_FALSE((RunTimeHost{.mac = kHostMac, .is_local = true}.is_empty()));
  EXPECT_FALSE((RunTimeHost{.mac = kHostMac, .boot_once = "a"}.is_empty()));
}

TEST(RunTimeHostTest, HasNoFlawWhereAllIsRight) {
  EXPECT_EQ(flaw_of({.mac = kHostMac}), std::nullopt);
  EXPECT_EQ(flaw_of({.mac = kHostMac,
                     .address = wire::Ipv4Address::parse("10.0.0.9"),
                     .hostname = "node9.lab",
                     .classes = {"whatever"},
                     .boot_file = "{arch}/{mac}/x",
                     .is_local = true,
                     .boot_once = "rescue/x.efi",
                     .is_for_ipxe = true}),
            std::nullopt);
}

TEST(RunTimeHostTest, IsAMachineThatThereCanBe) {
  for (const wire::MacAddress& mac :
       {wire::MacAddress{}, wire::MacAddress{{0x01, 0, 0x5e, 0, 0, 1}},
        wire::MacAddress{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}}) {
    EXPECT_EQ(flaw_of({.mac = mac, .hostname = "a"}), "mac: no machine has this address");
  }
}

TEST(RunTimeHostTest, HasAnAddressThatAMachineCanHave) {
  for (const char* address : {"0.0.0.1", "127.0.0.1", "224.0.0.1", "255.255.255.255"}) {
    EXPECT_EQ(flaw_of_address(address),
              "address '" + std::string(address) + "': no machine can have this address");
  }
  EXPECT_EQ(flaw_of_address("10.0.0.0"), "none") << "that is a matter of the configuration";
}

TEST(RunTimeHostTest, HasAHostname) {
  const std::string expected =
      ": expected letters, digits, '-' and '.', up to 253 bytes, 63 a label";
  for (const char* name : {"a b", "-a", "a.", "a_b", "."}) {
    EXPECT_EQ(flaw_of_hostname(name), "hostname '" + std::string(name) + "'" + expected);
  }
  EXPECT_EQ(flaw_of_hostname(std::string(63, 'a')), "none");
  EXPECT_NE(flaw_of_hostname(std::string(64, 'a')).find(expected), std::string::npos);
}

TEST(RunTimeHostTest, NamesFilesAsTheConfigurationDoes) {
  // What the parser says of the same value of a file.
  const auto parsed = [](const std::string& path) {
    const std::string text = finding(minimal_with("boot: {rules: [{file: \"" + path + "\"}]}\n"));
    return text.substr(std::min(text.find(": ") + 2, text.size()));
  };
  for (const std::string& path :
       {std::string("a/"), std::string("../a"), std::string("a/./b"), std::string("{nothing}"),
        std::string("a{mac"), std::string(kBootFileBytesMax + 1, 'a')}) {
    EXPECT_EQ(flaw_of_boot_file(path), "boot-file: " + parsed(path));
    if (path.find('{') != std::string::npos) continue;
    const std::string reason = parsed(path).substr(0, parsed(path).find("; expected"));
    EXPECT_EQ(flaw_of_boot_once(path),
              "boot-once: " + reason +
                  "; expected a file's path below images.root, 1 to 127 bytes long, without "
                  "braces");
  }
  EXPECT_TRUE(flaw_of_boot_file("a/").starts_with("boot-file: 'a/': it names a folder; "));
  EXPECT_TRUE(flaw_of_boot_file("a\nb").starts_with("boot-file: 'a\\nb'")) << "in one line";
  EXPECT_EQ(flaw_of_boot_file(std::string(kBootFileBytesMax, 'a')), "none");
}

TEST(RunTimeHostTest, BootsOneFileOnce) {
  EXPECT_EQ(flaw_of_boot_file("x/{mac}"), "none");
  EXPECT_EQ(flaw_of_boot_once("x/{mac}"),
            "boot-once: 'x/{mac}': no word in braces stands for anything here; name one file, "
            "without a brace");
  EXPECT_NE(flaw_of_boot_once("x/{{mac"), "none")
      << "what its last block ends is known by the path as it is written";
}

// 10.0.0.1 is ours; two subnets share a network, and others are alone.
Settings settings_for_hosts() {
  return settings_of(
      "images: {root: /srv/images}\n"
      "ports:\n"
      "  - name: boot0\n"
      "    device: interface:eth1\n"
      "    networks: [{address: 10.0.0.1/24, gateway: 10.0.0.250}]\n"
      "dhcp:\n"
      "  options: {routers: [10.0.0.251]}\n"
      "  relays: [{address: 10.1.0.2, link-selection: [10.3.0.0/31]}]\n"
      "  classes: [{name: lab}, {name: hall}, {name: rack}]\n"
      "  shared-networks:\n"
      "    - name: floor\n"
      "      subnets: [10.1.0.0/24, 10.2.0.0/24]\n"
      "      options: {routers: [10.1.0.3, 10.1.0.4]}\n"
      "  subnets:\n"
      "    - subnet: 10.0.0.0/24\n"
      "      pools: [10.0.0.100-10.0.0.200]\n"
      "      options: {routers: [10.0.0.252]}\n"
      "    - {subnet: 10.1.0.0/24, pools: [10.1.0.100]}\n"
      "    - {subnet: 10.2.0.0/24, pools: [10.2.0.100]}\n"
      "    - {subnet: 10.3.0.0/31, pools: [10.3.0.1]}\n");
}

// Of an address; empty: it counts.
std::string obstacle_of(std::string_view address, const Settings& settings) {
  const Sentences all = obstacles_of(host_at(address), settings);
  EXPECT_LE(all.size(), 1u);
  EXPECT_EQ(address_of(host_at(address), settings).has_value(), all.empty()) << address;
  return all.empty() ? "" : all.front();
}

TEST(RunTimeHostTest, HasAnAddressOfASubnet) {
  const Settings settings = settings_for_hosts();
  for (const char* address : {"10.0.0.9", "10.0.0.150", "10.1.0.9", "10.2.0.254", "10.3.0.0"}) {
    EXPECT_EQ(obstacle_of(address, settings), "");
    EXPECT_EQ(address_of(host_at(address), settings), wire::Ipv4Address::parse(address));
  }
  for (const char* address : {"10.0.1.0", "9.255.255.255", "10.3.0.2"}) {
    EXPECT_EQ(obstacle_of(address, settings),
              "address '" + std::string(address) +
                  "': no subnet of dhcp.subnets holds it; add the subnet, or choose another");
  }
}

TEST(RunTimeHostTest, HasAnAddressThatIsNobodyElses) {
  const Settings settings = settings_for_hosts();
  const std::pair<const char*, const char*> rows[] = {
      {"10.0.0.1", "our own address"},
      {"10.0.0.250", "a gateway"},
      {"10.1.0.2", "a relay agent"},
      {"10.0.0.0", "the subnet's own address"},
      {"10.2.0.255", "the subnet's broadcast address"},
      {"10.0.0.251", "a router (option routers)"},
      {"10.0.0.252", "a router (option routers)"},
      {"10.1.0.3", "a router (option routers)"},
      {"10.1.0.4", "a router (option routers)"},
  };
  for (const auto& [address, what] : rows) {
    EXPECT_EQ(obstacle_of(address, settings),
              "address '" + std::string(address) + "': this is " + what + "; choose another");
  }
}

TEST(RunTimeHostTest, IsInClassesThatThereAre) {
  const Settings settings = settings_for_hosts();
  const auto host_in = [](std::vector<std::string> classes) {
    return RunTimeHost{.mac = kHostMac, .classes = std::move(classes)};
  };
  EXPECT_EQ(obstacles_of(host_in({"rack", "lab"}), settings), Sentences{});
  EXPECT_EQ(obstacles_of(host_in({"lap", "rack", "kitchen"}), settings),
            (Sentences{"class 'lap': dhcp.classes has no class of this name; did you mean 'lab'?",
                       "class 'kitchen': dhcp.classes has no class of this name; add it there, or "
                       "leave it out"}));
  EXPECT_EQ(classes_of(host_in({}), settings), 0u);
  EXPECT_EQ(classes_of(host_in({"lab"}), settings), 1u);
  EXPECT_EQ(classes_of(host_in({"rack", "lab", "rack"}), settings), 5u);
  EXPECT_EQ(classes_of(host_in({"lap", "hall"}), settings), 2u) << "what there is counts";
}

TEST(RunTimeHostTest, HasAllItsObstacles) {
  const Settings settings = settings_for_hosts();
  RunTimeHost host = host_at("10.0.0.1");
  host.classes = {"hell"};
  EXPECT_EQ(obstacles_of(host, settings),
            (Sentences{"address '10.0.0.1': this is our own address; choose another",
                       "class 'hell': dhcp.classes has no class of this name; did you mean "
                       "'hall'?"}));
  EXPECT_EQ(address_of({.mac = kHostMac}, settings), std::nullopt) << "none is said";
}

}  // namespace
}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is allowed and hardly meant is said, and nothing else is.
#include "config/advice.h"

#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string advised(const std::string& sections) {
  std::string all;
  for (const std::string& sentence : advice(settings_of(minimal_with(sections)))) {
    all += sentence + "\n";
  }
  return all;
}

std::string with_rules(const std::string& rules) {
  return advised("boot: {rules: [" + rules + "]}\n");
}

// kMinimal's network is a proxy's.
constexpr const char* kRule = "boot: {rules: [{file: pxelinux.0}]}\n";

TEST(Advice, IsNothingWhereAllIsMeant) { EXPECT_EQ(advised(kRule), ""); }

TEST(Advice, NamesTheFileThatIpxeWouldLoadForEver) {
  const std::string bios = "{match: {arch: bios}, file: undionly.kpxe}";
  EXPECT_TRUE(with_rules(bios).starts_with(
      "boot.rules: a machine that runs iPXE is given undionly.kpxe again"));
  EXPECT_NE(with_rules("{file: efi/snponly.efi}"), "");
  EXPECT_NE(with_rules(bios + ", {match: {user-class: iPXE}, file: boot.ipxe}"), "")
      << "the first that matches counts";
  EXPECT_NE(with_rules("{match: {user-class: iPXE, arch: efi-x64}, file: boot.ipxe}, " + bios), "");
  EXPECT_NE(with_rules("{match: {user-class: gPXE}, file: boot.gpxe}, " + bios), "");
  EXPECT_EQ(with_rules("{match: {user-class: iPXE}, file: boot.ipxe}, " + bios), "");
  EXPECT_EQ(with_rules("{match: {user-class: gPXE}, file: undionly.kpxe}"), "");
  EXPECT_EQ(with_rules("{file: ipxe-menu.txt}"), "");
}

TEST(Advice, KnowsWhichMatchesIpxeMeets) {
  const std::string bios = ", {match: {arch: bios}, file: undionly.kpxe}";
  EXPECT_EQ(with_rules("{match: {option: {175: {exists: true}}}, file: a}" + bios), "");
  EXPECT_EQ(with_rules("{match: {ipxe-feature: http}, file: a}" + bios), "");
  EXPECT_EQ(with_rules("{match: {user-class: \"i*\", arch: [bios, efi-x64]}, file: a}" + bios), "");
  EXPECT_EQ(with_rules("{match: {arch: bios, not: {user-class: iPXE}}, file: undionly.kpxe}"), "");
  EXPECT_NE(with_rules("{match: {mac: \"02:*\", user-class: iPXE}, file: a}" + bios), "")
      << "not every machine has this address";
  const auto with_class = [&](const std::string& match) {
    return advised("dhcp: {classes: [{name: c, match: {" + match +
                   "}}]}\nboot: {rules: [{match: {class: c}, file: a}" + bios + "]}\n");
  };
  EXPECT_EQ(with_class("user-class: iPXE"), "");
  EXPECT_NE(with_class("arch: efi-x64"), "");
}

TEST(Advice, NamesUrlsOfIpxeItself) {
  EXPECT_TRUE(with_rules("{match: {arch: efi-x64-http}, url: 'http://h/ipxe.efi'}")
                  .starts_with("boot.rules: a machine that runs iPXE is given http://h/ipxe.efi"));
  EXPECT_EQ(with_rules("{match: {arch: efi-x64-http}, url: 'http://h/shimx64.efi'}"), "");
}

TEST(Advice, NamesMenusThatNobodySees) {
  const std::string menus = "boot: {menus: {main: {items: [{name: A, file: a}]}}, rules: [";
  EXPECT_TRUE(advised(menus + "{file: a}]}\n").starts_with("boot.menus: nobody is shown main"));
  EXPECT_EQ(advised(menus + "{menu: main}]}\n"), "");
}

TEST(Advice, NamesPlacesOfBootRules) {
  EXPECT_TRUE(with_rules("{match: {subnet: 10.9.0.0/16}, file: a}")
                  .starts_with("boot.rules: nobody is in the subnet 10.9.0.0/16 that rule 1"));
  EXPECT_TRUE(with_rules("{match: {circuit-id: a}, file: a}")
                  .starts_with("boot.rules: nobody has what rule 1 asks of relay agents"));
}

TEST(Advice, NamesPoolsThatGiveNobodyAnAddress) {
  const auto pools = [](const std::string& subnet, const std::string& keys = "") {
    return advised(kRule + ("dhcp: {subnets: [{subnet: " + subnet + ".0/24, pools: [" + subnet) +
                   ".9]" + keys + "}]}\n");
  };
  EXPECT_TRUE(pools("10.0.0").starts_with(
      "dhcp.subnets: no client gets an address of the pools of 10.0.0.0/24"));
  EXPECT_NE(pools("10.9.0"), "");
  EXPECT_NE(pools("10.9.0", ", dhcp: none"), "");
  EXPECT_EQ(pools("10.9.0", ", dhcp: server"), "");
}

// RFC 3442: routers are for who takes no classless routes.
TEST(Advice, NamesRoutesThatLeaveNoDefaultRoute) {
  const auto is_advised = [](const std::string& everybodys, const std::string& shared) {
    const std::string all = advised(
        std::string(kRule) + "dhcp:\n  options: {" + everybodys +
        "}\n  subnets: [{subnet: 10.8.0.0/24, pools: [10.8.0.9]}, {subnet: 10.9.0.0/24, pools: "
        "[10.9.0.9]}]\n  shared-networks: [{name: s, subnets: [10.8.0.0/24, 10.9.0.0/24], "
        "options: {" +
        shared + "}}]\n");
    return all.find("ignore routers") != std::string::npos;
  };
  const std::string routes = "classless-static-route: [10.0.0.0/8 via 10.8.0.1]";
  const std::string router = "routers: [10.8.0.1]";
  EXPECT_FALSE(is_advised(routes, ""));
  EXPECT_TRUE(is_advised(routes, router));
  EXPECT_TRUE(is_advised(router, routes));
  EXPECT_FALSE(is_advised(routes + ", " + router, "routers: none"));
}

TEST(Advice, NamesAProxyThatHasNothingToSay) {
  EXPECT_TRUE(advised("").starts_with("boot.rules: there is none"));
  EXPECT_EQ(advised("dhcp: {subnets: [{subnet: 10.9.0.0/24, dhcp: none, reservations: [{mac: "
                    "\"52:54:00:00:00:01\", boot: {file: f}}]}]}\n"),
            "");
}

// kRule and what `tftp` says, with a pool on the network that `dhcp` is for.
std::string with_clients(const std::string& dhcp, const std::string& tftp) {
  std::string yaml(kMinimal);
  yaml.replace(yaml.find("proxy"), 5, dhcp);
  if (dhcp == "server") yaml += "dhcp: {subnets: [{subnet: 10.0.0.0/24, pools: [10.0.0.9]}]}\n";
  std::string all;
  for (const std::string& sentence : advice(settings_of(yaml + kRule + "tftp: {" + tftp + "}\n"))) {
    all += sentence + "\n";
  }
  return all;
}

TEST(Advice, NamesALeaseThatNobodyCanHold) {
  for (const char* mode : {"proxy", "none"}) {
    EXPECT_TRUE(with_clients(mode, "clients: leased").starts_with("tftp.clients: nobody may fetch"))
        << mode;
    EXPECT_EQ(with_clients(mode, "clients: subnets"), "") << mode;
    EXPECT_EQ(with_clients(mode, "clients: leased, allow: [10.0.0.128/25]"), "") << mode;
  }
  EXPECT_EQ(with_clients("server", "clients: leased"), "");
}

TEST(Advice, NamesClientsOfAProxyThatMayNotFetchWhatItTellsThem) {
  const std::string sentence = "tftp.clients: who boots by ProxyDHCP in 10.0.0.0/24 may not fetch";
  EXPECT_TRUE(
      with_clients("proxy", "clients: leased, allow: [10.30.0.0/16]").starts_with(sentence));
  EXPECT_EQ(with_clients("none", "clients: leased, allow: [10.30.0.0/16]"), "")
      << "nobody is told of a file there";
  const std::string relayed = "dhcp: {subnets: [{subnet: 10.9.0.0/24, pools: [10.9.0.9], dhcp: ";
  EXPECT_TRUE(
      advised(kRule + relayed + "server}]}\ntftp: {clients: leased}\n").starts_with(sentence));
  EXPECT_EQ(advised(kRule + relayed + "server}]}\ntftp: {clients: leased, allow: [10.0.0.0/8]}\n"),
            "");
  EXPECT_TRUE(advised(kRule + std::string("dhcp: {subnets: [{subnet: 10.9.0.0/24, dhcp: proxy}]}\n"
                                          "tftp: {clients: leased, allow: [10.0.0.0/24]}\n"))
                  .starts_with("tftp.clients: who boots by ProxyDHCP in 10.9.0.0/24"));
}

TEST(Advice, NamesWhoIsAllowedWhatEverybodyIs) {
  EXPECT_TRUE(with_clients("none", "clients: any, allow: [10.30.0.0/16]")
                  .starts_with("tftp.allow: it says nothing"));
  EXPECT_EQ(with_clients("none", "clients: any"), "");
}

TEST(Advice, NamesClassesThatNobodyIsIn) {
  const auto with_class = [](const std::string& named, const std::string& dhcp = "") {
    return advised(kRule + ("dhcp:\n  classes: [{" + named) + "}]\n" + dhcp);
  };
  EXPECT_TRUE(with_class("name: a").starts_with("dhcp.classes: nobody is in a: "));
  EXPECT_EQ(with_class("name: a, match: {arch: bios}"), "");
  EXPECT_EQ(with_class("name: a",
                       "  subnets: [{subnet: 10.7.0.0/24, dhcp: proxy, reservations: [{mac: "
                       "\"02:00:00:00:00:01\", classes: [a]}]}]\n"),
            "");
  const std::string asking = "name: a, match: {not: {or: [{arch: bios}, {circuit-id: x}]}}";
  EXPECT_TRUE(
      with_class(asking).starts_with("dhcp.classes: nobody has what a asks of relay agents"));
  EXPECT_EQ(with_class(asking,
                       "  relays: [{address: 10.7.0.1, subnets: [10.7.0.0/24]}]\n"
                       "  subnets: [{subnet: 10.7.0.0/24, dhcp: proxy}]\n"),
            "");
  EXPECT_TRUE(with_class(asking, "  relays: none\n")
                  .starts_with("dhcp.classes: nobody has what a asks of relay agents"));
}

TEST(Advice, NamesPlacesWhereNobodyIs) {
  const auto in_match = [](const std::string& match, const std::string& dhcp = "") {
    return advised(kRule + ("dhcp:\n  classes: [{name: a, match: {" + match) + "}}]\n" + dhcp);
  };
  const std::string subnets = "  subnets: [{subnet: 10.7.0.0/24, dhcp: proxy}]\n";
  // kMinimal's network is 10.0.0.0/24.
  EXPECT_TRUE(in_match("not: {subnet: 10.0.0.128/25}")
                  .starts_with("dhcp.classes: nobody is in the subnet 10.0.0.128/25 that a asks"));
  EXPECT_NE(in_match("subnet: 10.7.0.0/24"), "");
  EXPECT_EQ(in_match("subnet: 10.7.0.0/16", subnets), "");
  EXPECT_EQ(in_match("subnet: [10.0.0.0/24, 10.0.0.0/8]"), "");

  const std::string relays = "  relays: [{address: 10.7.0.1, subnets: [10.7.0.0/24]}]\n" + subnets;
  EXPECT_EQ(in_match("relay: [10.7.0.1, 10.7.0.0/24]", relays), "");
  EXPECT_EQ(in_match("relay: 10.7.0.2", subnets), "") << "any in a subnet counts";
  const std::string nobody = "dhcp.classes: nobody comes by the relay 10.7.0.2/32 that a asks";
  EXPECT_TRUE(in_match("relay: 10.7.0.2", relays).starts_with(nobody));
  EXPECT_TRUE(in_match("relay: 10.7.0.2", "  relays: none\n").starts_with(nobody));
}

TEST(Advice, NamesAccessOfClassesThatAreNeverKnown) {
  const auto with_access = [](const std::string& mode, const std::string& relayed) {
    std::string yaml(kMinimal);
    yaml.replace(yaml.find("proxy"), 5, mode);
    yaml.replace(0, yaml.find('\n'), "images: {root: /i, access: [{files: 'x/*', classes: [a]}]}");
    std::string all;
    for (const std::string& sentence :
         advice(settings_of(yaml + kRule +
                            "dhcp: {classes: [{name: a, match: {arch: bios}}], subnets: [{subnet: "
                            "10.9.0.0/24, dhcp: " +
                            relayed + "}]}\n"))) {
      all += sentence + "\n";
    }
    return all;
  };
  EXPECT_TRUE(with_access("none", "none").starts_with("images.access: nobody gets the files"));
  EXPECT_EQ(with_access("proxy", "none"), "");
  EXPECT_EQ(with_access("none", "proxy"), "");
}

TEST(Advice, TakesARuleOfAClassForOneThatMayLeaveIpxeOut) {
  EXPECT_EQ(advised("dhcp: {classes: [{name: rom, match: {not: {user-class: iPXE}}}]}\n"
                    "boot: {rules: [{match: {class: rom}, file: undionly.kpxe}, {file: a}]}\n"),
            "");
}

}  // namespace
}  // namespace stentor::config

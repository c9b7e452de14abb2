// SPDX-License-Identifier: BSD-3-Clause
// Goal: a file gives settings, or every error in it at once; golden.
#include "config/parse.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "config/deploy_paths.h"
#include "config/limit.h"
#include "sample.h"

namespace stentor::config {
namespace {

constexpr std::string_view kEveryError = R"(workers:
  cores: [2, 2, 5000]
  idel: poll
  hugepages: off
ports:
  - name: boot0
    device: eth1
    queues: 17
    networks:
      - {address: 10.20.0.2/16, gateway: 10.21.0.1, mtu: 15OO}
      - {vlan: 4095, address: 10.120.0.0/16, dhcp: no}
  - name: boot0
    device: "interface:"
    networks: []
dhcp:
  mode: sever
  lease-time: {default: 60, min: 2h, max: 1h}
  pxe-lease-time: 30
  subnets:
    - subnet: 10.20.1.0/16
    - subnet: 10.20.0.0/16
      pools: [10.20.0.1-10.20.255.250, 10.20.16.0-10.20.15.0, 10.20.3.0, 10.30.0.1]
      options:
        router: [10.20.0.1]
        67: undionly.kpxe
        interface-mtu: 60
      reservations:
        - {mac: "52:54:00:12:34:56", address: 10.20.0.2}
        - {mac: "52:54:00:12:34:56", address: 10.22.1.9, hostname: node_9}
boot:
  rules:
    - {match: {arch: efi-x46}, file: ""}
    - {file: a.efi}
    - {match: {user_class: iPXE}, file: boot.ipxe}
images:
  root: images
tftp:
  ports: 65000-65010
  rollover: 2
  rollover: 1
log: debug
)";

constexpr std::string_view kEveryDiagnostic =
    "stentor.yaml:2:14: workers.cores[1]: '2': the core stands here twice; remove one\n"
    "stentor.yaml:2:17: workers.cores[2]: '5000': out of range; expected the number of a "
    "processor core, 0 to 1023\n"
    "stentor.yaml:3:3: workers.idel: unknown key; did you mean 'idle'? Known in workers: "
    "cores, idle and hugepages\n"
    "stentor.yaml:4:14: workers.hugepages: 'off': a size is a whole number and its unit, "
    "KiB, MiB or GiB; expected auto (all that are reserved), a ceiling like 2GiB (from "
    "2MiB), or none; \"nothing\" is spelled none (YAML takes off and no for false)\n"
    "stentor.yaml:7:13: ports[0].device: 'eth1': for a network interface, write "
    "interface:eth1; expected a PCI address like \"0000:3b:00.0\", interface:NAME, or "
    "vdev:DRIVER[,ARGUMENTS]; or a list of 2 to 8, without interfaces, for a bond\n"
    "stentor.yaml:8:13: ports[0].queues: '17': out of range; expected auto, or 1 to 16\n"
    "stentor.yaml:10:42: ports[0].networks[0].gateway: '10.21.0.1': it is not in "
    "10.20.0.0/16; expected the IPv4 address of a router in this network, or none\n"
    "stentor.yaml:10:58: ports[0].networks[0].mtu: '15OO': expected 576 to 65535 bytes\n"
    "stentor.yaml:11:16: ports[0].networks[1].vlan: '4095': expected a VLAN from 1 to 4094, "
    "or \"OUTER.INNER\" for two tags\n"
    "stentor.yaml:11:31: ports[0].networks[1].address: '10.120.0.0/16': this is the address "
    "of the network itself; expected the appliance's own IPv4 address with the network's "
    "length, like 10.20.0.2/16\n"
    "stentor.yaml:11:52: ports[0].networks[1].dhcp: 'no': expected server, proxy or none; "
    "\"nothing\" is spelled none (YAML takes off and no for false)\n"
    "stentor.yaml:12:11: ports[1].name: 'boot0': the port in line 6 has this name; choose "
    "another\n"
    "stentor.yaml:13:13: ports[1].device: 'interface:': an interface's name has 1 to 15 "
    "characters, none of them '/', ':', ',' or blank; expected a PCI address like "
    "\"0000:3b:00.0\", interface:NAME, or "
    "vdev:DRIVER[,ARGUMENTS]; or a list of 2 to 8, without interfaces, for a bond\n"
    "stentor.yaml:14:15: ports[1].networks: the list is empty; expected a list of networks, "
    "at least one\n"
    "stentor.yaml:16:9: dhcp.mode: 'sever': did you mean server? Expected server (addresses "
    "and boot files), proxy (boot files beside another DHCP server) or none\n"
    "stentor.yaml:17:15: dhcp.lease-time: min is longer than max; exchange them\n"
    "stentor.yaml:17:25: dhcp.lease-time.default: '60': the unit is missing (ms, s, m, h or "
    "d); expected a duration from 10s to 3650d\n"
    "stentor.yaml:18:19: dhcp.pxe-lease-time: '30': the unit is missing (ms, s, m, h or d); "
    "expected a duration from 10s to 3650d\n"
    "stentor.yaml:20:7: dhcp.subnets[0]: it gives nobody an address; add pools or "
    "reservations\n"
    "stentor.yaml:20:15: dhcp.subnets[0].subnet: '10.20.1.0/16': host bits are set; the "
    "network is 10.20.0.0/16; expected a subnet like 10.20.0.0/16\n"
    "stentor.yaml:22:15: dhcp.subnets[1].pools[0]: '10.20.0.1-10.20.255.250': the pool "
    "contains our own address (line 10), 10.20.0.2; write 10.20.0.1 and "
    "10.20.0.3-10.20.255.250\n"
    "stentor.yaml:22:40: dhcp.subnets[1].pools[1]: '10.20.16.0-10.20.15.0': the range ends "
    "before it begins; expected a range FIRST-LAST of IPv4 addresses, or one address\n"
    "stentor.yaml:22:63: dhcp.subnets[1].pools[2]: '10.20.3.0': overlaps the pool "
    "10.20.0.1-10.20.255.250 in line 22; join them\n"
    "stentor.yaml:22:74: dhcp.subnets[1].pools[3]: '10.30.0.1': the pool leaves its subnet "
    "10.20.0.0/16, which is 10.20.0.0-10.20.255.255\n"
    "stentor.yaml:24:9: dhcp.subnets[1].options.router: no DHCP option has this name; did "
    "you mean 'routers'?\n"
    "stentor.yaml:25:9: dhcp.subnets[1].options.67: option 67 (boot-file-name) is not set "
    "here: set file in boot.rules or in a reservation's boot\n"
    "stentor.yaml:26:24: dhcp.subnets[1].options.interface-mtu: '60': out of range; expected "
    "a number from 68 to 65535\n"
    "stentor.yaml:28:47: dhcp.subnets[1].reservations[0].address: '10.20.0.2': this is our "
    "own address (line 10); choose another\n"
    "stentor.yaml:29:17: dhcp.subnets[1].reservations[1].mac: '52:54:00:12:34:56': the "
    "reservation in line 28 has this MAC address; join them\n"
    "stentor.yaml:29:47: dhcp.subnets[1].reservations[1].address: '10.22.1.9': it is not in "
    "the subnet 10.20.0.0/16; move the reservation to the subnet that has it\n"
    "stentor.yaml:29:68: dhcp.subnets[1].reservations[1].hostname: 'node_9': expected a host "
    "name of letters, digits, '-' and '.', up to 253 bytes, 63 a label\n"
    "stentor.yaml:32:22: boot.rules[0].match.arch: 'efi-x46': did you mean efi-x64? Expected "
    "an architecture's name or number (option 93), like efi-x64, or a list of them\n"
    "stentor.yaml:32:38: boot.rules[0].file: '': it is empty; expected a boot file's path "
    "below images.root, 1 to 127 bytes long, in which words like {mac} and {arch} stand for the "
    "client and {{ for a brace\n"
    "stentor.yaml:34:7: boot.rules[2]: no client reaches this rule: the one in line 33 "
    "matches every client; move it to the end\n"
    "stentor.yaml:34:16: boot.rules[2].match.user_class: unknown key; did you mean "
    "'user-class'? Known in a match: mac, vendor-class, user-class, arch, uuid, ipxe-feature, "
    "class, option, reserved, subnet, relay, circuit-id, remote-id, subscriber-id, relay-id, "
    "relay-option, and, or and not\n"
    "stentor.yaml:36:9: images.root: 'images': the path is relative; expected an absolute "
    "path of the folder with the boot files\n"
    "stentor.yaml:38:10: tftp.ports: '65000-65010': the range is too short; expected a range "
    "FIRST-LAST of at least 256 UDP ports from 1024 to 65535, or single\n"
    "stentor.yaml:39:13: tftp.rollover: '2': out of range; expected 0 or 1: the block number "
    "that follows 65535\n"
    "stentor.yaml:40:3: tftp.rollover: the key stands here twice, first in line 39; remove "
    "one\n"
    "stentor.yaml:41:6: log: 'debug': a single value cannot stand here; expected settings "
    "like {level: info}\n";

TEST(ParseSettings, ReportsEveryErrorAtOnce) {
  const auto settings = parse_settings(kEveryError, "stentor.yaml");
  ASSERT_FALSE(settings);
  std::string text;
  for (const Diagnostic& finding : settings.error()) text += finding.text() + "\n";
  EXPECT_EQ(text, kEveryDiagnostic);
}

TEST(ParseSettings, SaysWhatAnEmptyFileLacks) {
  EXPECT_EQ(finding(""), "the file is empty; it needs ports and images at least");
  EXPECT_EQ(finding("- a\n"),
            "a list cannot stand here; expected a mapping with ports and images at least");
  EXPECT_EQ(findings("{}").size(), 2u);
}

TEST(ParseSettings, TakesSectionsWhoseLinesAreAllCommentedOut) {
  EXPECT_TRUE(
      findings(minimal_with("workers:\ndhcp:\nboot:\ntftp:\n  # rollover: 1\nlog:\n")).empty());
}

TEST(ParseSettings, UsesAliasesAsWhatTheyStandFor) {
  const Settings settings = settings_of(
      "images: {root: /i}\ndhcp: {mode: &m proxy}\nports:\n"
      "  - {name: a, device: interface:a, networks: [{address: 10.0.0.1/24, dhcp: *m}]}\n");
  EXPECT_EQ(settings.ports.at(0).networks.at(0).dhcp, DhcpMode::proxy);
}

// Bytes of a right file, changed one at a time: settings or findings, never anything else.
TEST(ParseSettings, SurvivesAnyByteAnywhere) {
  for (std::size_t at = 0; at < kMinimal.size(); ++at) {
    for (const char byte :
         {'\0', '\n', '\t', ':', '-', '[', '{', '&', '*', '!', '%', '\xff', '"'}) {
      std::string yaml(kMinimal);
      yaml[at] = byte;
      const auto settings = parse_settings(yaml, "f");
      EXPECT_TRUE(settings || !settings.error().empty());
    }
  }
}

TEST(ParseSettings, ReportsWhatElseIsKnownOfDevicesAmongTheErrors) {
  const auto settings =
      parse_settings(minimal_with("colour: blue\n"), "f",
                     [](const DeviceSpec& device) { return "no " + device.name; });
  ASSERT_FALSE(settings);
  ASSERT_EQ(settings.error().size(), 2u);
  EXPECT_EQ(settings.error()[0].text(), "f:4:13: ports[0].device: 'interface:eth1': no eth1");
  EXPECT_EQ(settings.error()[1].line, 6);
  EXPECT_TRUE(parse_settings(kMinimal, "f", [](const DeviceSpec&) { return std::string(); }));
}

// Each of a thousand findings would show the key above the alias that they stand below.
TEST(ParseSettings, SaysLittleAboutAHugeKey) {
  std::string items;
  for (int count = 0; count < 1000; ++count) items += "bad,";
  const auto settings =
      parse_settings("? " + std::string(4 << 20, 'k') + "\n: &a [" + items +
                         "]\nports: []\nimages: {root: /tmp}\ndhcp: {subnets: *a}\n",
                     "f");
  ASSERT_FALSE(settings);
  std::size_t bytes = 0;
  for (const Diagnostic& finding : settings.error()) bytes += finding.text().size();
  EXPECT_LT(bytes, std::size_t{1} << 20);
}

TEST(LoadSettings, ParsesTheExample) {
  const auto settings = load_settings(EXAMPLE_FILE);
  if (!settings) {
    for (const Diagnostic& finding : settings.error()) ADD_FAILURE() << finding.text();
    return;
  }
  EXPECT_EQ(settings->ports.at(0).networks.size(), 2u);
  EXPECT_EQ(settings->dhcp.subnets.size(), 4u);
  EXPECT_EQ(settings->boot_rules.size(), 8u);
}

TEST(LoadSettings, ReportsFilesThatCannotBeRead) {
  const auto missing = load_settings("/nowhere/stentor.yaml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().at(0).text(),
            "/nowhere/stentor.yaml: cannot be opened: No such file or directory; name a readable "
            "configuration file");
  EXPECT_EQ(load_settings("/tmp").error().at(0).text(),
            "/tmp: is no regular file; name a configuration file");
}

// A FIFO that nobody writes to must not hang a start.
TEST(LoadSettings, DoesNotWaitForAFifo) {
  std::string folder = testing::TempDir() + "stentor-fifo-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/fifo";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(load_settings(path));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace stentor::config

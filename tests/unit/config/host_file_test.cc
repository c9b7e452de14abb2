// SPDX-License-Identifier: BSD-3-Clause
// Goal: files of hosts are read whole, and all that is wrong in them is said where it stands.
#include "config/host_file.h"

#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

const std::string kYaml =
    "images: {root: /i}\n"
    "ports: [{name: a, device: \"interface:e1\", networks: [{address: 10.0.0.1/24}]}]\n"
    "dhcp:\n"
    "  hosts: [/a.csv, \"/more/*.csv\"]\n"
    "  classes: [{name: lab}, {name: rack}]\n"
    "  subnets:\n"
    "    - {subnet: 10.0.0.0/24, pools: [10.0.0.100-10.0.0.199], reservations: [{mac: "
    "\"52:54:00:00:00:01\", address: 10.0.0.9}]}\n"
    "    - {subnet: 10.9.0.0/24, pools: [10.9.0.9]}\n";

tl::expected<Settings, Diagnostics> parse(const std::string& csv, const std::string& more = "") {
  const HostFiles files{[&more](const std::string& pattern) {
                          if (pattern == "/a.csv") return std::vector<std::string>{pattern};
                          return more.empty() ? std::vector<std::string>()
                                              : std::vector<std::string>{"/more/b.csv"};
                        },
                        [&](const std::string& path) {
                          return base::Result<std::string>(path == "/a.csv" ? csv : more);
                        }};
  return parse_settings(kYaml, "f", {}, files);
}

HostTable table_of(const std::string& csv) {
  const auto settings = parse(csv);
  if (settings) return settings->dhcp.hosts;
  for (const Diagnostic& finding : settings.error()) ADD_FAILURE() << finding.text();
  return {};
}

std::string findings_of(const std::string& csv, const std::string& more = "") {
  std::string text;
  const auto settings = parse(csv, more);
  if (settings) return text;
  for (const Diagnostic& finding : settings.error()) text += finding.text() + "\n";
  return text;
}

TEST(HostFile, ReadsEveryColumn) {
  const HostTable table = table_of(
      "address,mac,uuid,client-id,circuit-id,remote-id,hostname,classes,boot-file\n"
      "10.0.0.10,52:54:00:00:00:02 52-54-00-00-00-03,4c4c4544-0042-3510-8052-b4c04f4d3732,01:02,a,"
      "0x0102,n1,lab rack,x/y.efi\n");
  ASSERT_EQ(table.hosts.size(), 1u);
  const HostTable::Host& host = table.hosts[0];
  EXPECT_EQ(host.address, wire::Ipv4Address{0x0a00000a});
  EXPECT_EQ(host.line, 2u);
  EXPECT_EQ(host.classes, ClassMask{3});
  EXPECT_EQ((std::string_view{table.text.data() + host.hostname_at, host.hostname_bytes}), "n1");
  EXPECT_EQ(table.boot_files.at(host.boot - 1), "x/y.efi");
  const auto names = table.names_of(0);
  ASSERT_EQ(names.size(), 5u);
  EXPECT_EQ(names[1].kind, name_kind::kMac);
  EXPECT_EQ(table.bytes_of(names[1])[5], 3);
  EXPECT_EQ(names[2].kind, name_kind::kUuid);
  EXPECT_EQ(names[3].kind, name_kind::kClientIdentifier);
  EXPECT_EQ(names[4].kind, name_kind::kCircuitAndRemote);
  EXPECT_EQ(names[4].bytes, 4u);
}

TEST(HostFile, ReadsWhatOtherProgramsWrite) {
  const HostTable table = table_of(
      "\xef\xbb\xbfmac,hostname,remote-id\r\n\r\n# a comment\r\n52:54:00:00:00:02 , \"n1\" ,\r\n"
      "52:54:00:00:00:03,\"n2\",\"a \"\"b\"\", c\"");
  ASSERT_EQ(table.hosts.size(), 2u);
  EXPECT_EQ(table.hosts[1].line, 5u);
  const auto names = table.names_of(1);
  EXPECT_EQ(base::as_text(table.bytes_of(names[1])), "a \"b\", c");
}

TEST(HostFile, SaysAllThatIsWrongAndWhere) {
  EXPECT_EQ(
      findings_of("mac,address,hostname,classes,boot-file,uuid,client-id\n"
                  "52:54:00:00:00,10.0.0.300,a_b,lub,../x,1,1\n"
                  "52:54:00:00:00:02,10.0.0.10\n"
                  ",10.0.0.11,,,,,\n"
                  "ff:ff:ff:ff:ff:ff,224.0.0.1,,,,ffffffffffffffffffffffffffffffff,\n"
                  "\"52:54:00:00:00:02,10.0.0.10,,,,,\n"),
      "/a.csv:2:1: '52:54:00:00:00': expected a MAC address like 52:54:00:12:34:56, or several "
      "with blanks between them\n"
      "/a.csv:2:16: '10.0.0.300': expected an IPv4 address (four numbers from 0 to 255)\n"
      "/a.csv:2:27: 'a_b': expected a host name of letters, digits, '-' and '.', up to 253 "
      "bytes, 63 a label\n"
      "/a.csv:2:31: 'lub': dhcp.classes has no class of this name; add it there, or remove it "
      "here\n"
      "/a.csv:2:35: '../x': '..' cannot be a part of it; expected a boot file's path below "
      "images.root, 1 to 127 bytes long, in which words like {mac} and {arch} stand for the "
      "client and {{ for a brace\n"
      "/a.csv:2:40: '1': expected a UUID like 4c4c4544-0042-3510-8052-b4c04f4d3732\n"
      "/a.csv:2:42: '1': expected 2 to 255 bytes in hexadecimal like 01:52:54:00:12:34:56\n"
      "/a.csv:3:1: the line has 2 fields, and the first line names 7 columns; correct one of "
      "them\n"
      "/a.csv:4:1: the line does not say whose it is; fill in mac, uuid, client-id, circuit-id "
      "or remote-id\n"
      "/a.csv:5:1: 'ff:ff:ff:ff:ff:ff': no machine has this address\n"
      "/a.csv:5:19: '224.0.0.1': no machine can have this address\n"
      "/a.csv:5:32: 'ffffffffffffffffffffffffffffffff': boards without a UUID of their own say "
      "this one; leave it out\n"
      "/a.csv:6:1: a field in double quotes ends with a double quote before the next comma, in "
      "the same line; double the quotes inside it\n");
}

TEST(HostFile, KnowsTheWordsInABootFile) {
  EXPECT_EQ(table_of("mac,boot-file\n52:54:00:00:00:02,{mac}/x.efi\n").boot_files.at(0),
            "{mac}/x.efi");
  EXPECT_NE(findings_of("mac,boot-file\n52:54:00:00:00:02,{max}/x.efi\n").find("{max}"),
            std::string::npos);
}

TEST(HostFile, WantsALineOfColumns) {
  EXPECT_EQ(findings_of(""),
            "/a.csv:1:1: the line with the names of the columns is missing; the first line is like "
            "mac,address,hostname\n");
  EXPECT_EQ(findings_of("mac,adress,mac\n52:54:00:00:00:02,10.0.0.10,\n"),
            "/a.csv:1:5: 'adress': did you mean 'address'?\n"
            "/a.csv:1:12: 'mac': the column stands here twice; remove one\n");
  EXPECT_EQ(findings_of("address\n10.0.0.10\n"),
            "/a.csv:1:1: no column says whose line it is; add mac, uuid, client-id, circuit-id or "
            "remote-id\n");
}

TEST(HostFile, WantsAddressesThatAreFree) {
  EXPECT_EQ(
      findings_of("mac,address\n52:54:00:00:00:02,10.7.0.1\n52:54:00:00:00:03,10.0.0.1\n"
                  "52:54:00:00:00:04,10.0.0.255\n52:54:00:00:00:05,10.0.0.9\n"
                  "52:54:00:00:00:06,10.0.0.10\n52:54:00:00:00:07,10.0.0.10\n"
                  "52:54:00:00:00:08,10.0.0.150\n"),
      "/a.csv:2:1: address '10.7.0.1': no subnet of dhcp.subnets holds it; add the subnet, or "
      "correct it\n"
      "/a.csv:3:1: address '10.0.0.1': this is our own address (line 2); choose another\n"
      "/a.csv:4:1: address '10.0.0.255': this is the subnet's broadcast address; choose "
      "another\n"
      "/a.csv:5:1: the reservation in line 7 of the configuration has this address; choose "
      "another\n"
      "/a.csv:7:1: line 6 of /a.csv has this address; choose another\n");
}

TEST(HostFile, WantsEachNameOnceInANetwork) {
  EXPECT_EQ(
      findings_of("mac,address,uuid\n52:54:00:00:00:01,10.0.0.11,\n"
                  "52:54:00:00:00:01,10.9.0.11,\n52:54:00:00:00:01,,\n"
                  ",10.0.0.12,00112233-4455-6677-8899-aabbccddeeff\n",
                  "uuid,address\n33221100554477668899aabbccddeeff,10.0.0.13\n"),
      "/a.csv:2:1: the reservation in line 7 of the configuration has this MAC address in this "
      "network; join them\n"
      "/more/b.csv:2:1: line 5 of /a.csv has this name in this network; join them\n");
}

TEST(HostFile, TellsAMissingFileFromAnEmptyFolder) {
  const HostFiles none{[](const std::string&) { return std::vector<std::string>(); },
                       [](const std::string&) { return base::Result<std::string>(""); }};
  const auto settings = parse_settings(kYaml, "f", {}, none);
  ASSERT_FALSE(settings);
  ASSERT_EQ(settings.error().size(), 1u);
  EXPECT_EQ(settings.error()[0].message,
            "dhcp.hosts[0]: '/a.csv': there is no such file; create it, or remove the path");
}

TEST(HostFile, ShowsWhatIsWrongInBothKindsOfFile) {
  const HostFiles files{
      [](const std::string& pattern) { return std::vector<std::string>{pattern}; },
      [](const std::string&) { return base::Result<std::string>("mac\nx\n"); }};
  const auto settings = parse_settings(kYaml + "log: {level: loud}\n", "f", {}, files);
  ASSERT_FALSE(settings);
  ASSERT_EQ(settings.error().size(), 3u);
  EXPECT_EQ(settings.error()[0].file, "f");
  EXPECT_EQ(settings.error()[1].file, "/a.csv");
}

TEST(HostFile, BoundsWhatIsShown) {
  std::string csv = "mac\n";
  for (int i = 0; i < 1500; ++i) csv += "x\n";
  const auto settings = parse(csv);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().size(), 1001u);
  EXPECT_NE(settings.error().back().message.find("and 500 more"), std::string::npos);
}

}  // namespace
}  // namespace stentor::config

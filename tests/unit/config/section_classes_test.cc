// SPDX-License-Identifier: BSD-3-Clause
// Goal: classes come out with their conditions, and what is wrong with one is said where it stands,
// all of it at once.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

using Kind = ClientTest::Kind;

std::string with_classes(const std::string& classes, const std::string& dhcp = "",
                         const std::string& other = "") {
  return minimal_with("dhcp:\n  classes:\n" + classes + dhcp + other);
}

std::string with_match(const std::string& match) {
  return with_classes("    - {name: a, match: {" + match + "}}\n");
}

const ClientMatch& only_child(const ClientMatch& match) {
  EXPECT_EQ(match.children.size(), 1u);
  return match.children.at(0);
}

// The tests of the one condition of a match: each is enough.
std::vector<ClientTest> tests_of(const std::string& match) {
  const Settings settings = settings_of(with_match(match));
  std::vector<ClientTest> tests;
  if (settings.dhcp.classes.empty()) return tests;
  const ClientMatch& all = *settings.dhcp.classes[0].match;
  EXPECT_EQ(all.kind, ClientMatch::Kind::all);
  const ClientMatch& any = only_child(all);
  EXPECT_EQ(any.kind, ClientMatch::Kind::any);
  for (const ClientMatch& child : any.children) {
    EXPECT_EQ(child.kind, ClientMatch::Kind::test);
    tests.push_back(child.test);
  }
  return tests;
}

TEST(SectionClasses, ReadsEveryKindOfTest) {
  const auto macs = tests_of("mac: [\"b8:27:eb:*\", \"02:00:00:00:00:01\"]");
  ASSERT_EQ(macs.size(), 2u);
  EXPECT_EQ(macs[0].kind, Kind::mac);
  EXPECT_EQ(macs[0].mac.mask, 0xffffff000000u);
  EXPECT_EQ(tests_of("arch: efi-x64").size(), 2u) << "7 and 9";
  EXPECT_EQ(tests_of("arch: [bios, 41]")[1].architecture, 41);
  EXPECT_EQ(tests_of("reserved: true")[0].kind, Kind::reserved);
  EXPECT_EQ(tests_of("subnet: 10.20.0.0/16")[0].prefix.length, 16);
  const auto relays = tests_of("relay: [10.21.0.1, 10.22.0.0/16]");
  ASSERT_EQ(relays.size(), 2u);
  EXPECT_EQ(relays[0].prefix.length, 32);
  EXPECT_EQ(relays[1].prefix.length, 16);
}

TEST(SectionClasses, ReadsValuesAsGlobsAndBytes) {
  const auto read = [](const std::string& match, Kind kind) {
    const auto tests = tests_of(match);
    EXPECT_EQ(tests.at(0).kind, kind) << match;
    return tests.at(0).value;
  };
  EXPECT_EQ(read("vendor-class: \"PXE*\"", Kind::vendor_class).text, "PXE*");
  EXPECT_EQ(read("user-class: iPXE", Kind::user_class).kind, ValueTest::Kind::glob);
  const ValueTest bytes = read("circuit-id: 0x000aFF", Kind::circuit_id);
  EXPECT_EQ(bytes.kind, ValueTest::Kind::bytes);
  EXPECT_EQ(bytes.text, std::string("\0\x0a\xff", 3));
  EXPECT_EQ(read("remote-id: [a, b]", Kind::remote_id).text, "a");
}

TEST(SectionClasses, ReadsOptionsByNumberAndName) {
  EXPECT_EQ(tests_of("option: {60: \"PXEClient*\"}")[0].code, 60);
  EXPECT_EQ(tests_of("option: {vendor-class-identifier: a}")[0].code, 60);
  EXPECT_EQ(tests_of("option: {domain-name: [a, b]}").size(), 2u);
  EXPECT_EQ(tests_of("option: {97: {exists: true}}")[0].value.kind, ValueTest::Kind::present);
  const Settings settings = settings_of(with_match("option: {97: {exists: false}}"));
  EXPECT_EQ(only_child(*settings.dhcp.classes[0].match).kind, ClientMatch::Kind::negation);
}

TEST(SectionClasses, ReadsUuidsAndFeaturesOfIpxe) {
  const auto uuids = tests_of("uuid: [4C4C4544-0042-3510-8052-b4c04f4d3732, \"0?-*\"]");
  ASSERT_EQ(uuids.size(), 2u);
  EXPECT_EQ(uuids[0].kind, Kind::uuid);
  EXPECT_EQ(uuids[0].value.text, "4c4c4544-0042-3510-8052-b4c04f4d3732");
  EXPECT_EQ(tests_of("uuid: {exists: true}")[0].value.kind, ValueTest::Kind::present);
  const Settings settings = settings_of(with_match("uuid: {exists: false}"));
  EXPECT_EQ(only_child(*settings.dhcp.classes[0].match).kind, ClientMatch::Kind::negation);
  EXPECT_EQ(tests_of("ipxe-feature: https")[0].code, 20);
  EXPECT_EQ(tests_of("ipxe-feature: [http, 254]")[1].code, 254);
}

TEST(SectionClasses, NamesClassesBeforeInAMatch) {
  const Settings settings =
      settings_of(with_classes("    - {name: a}\n    - {name: b, match: {class: a}}\n    - {name: "
                               "c, match: {not: {class: [a, "
                               "b]}}}\n"));
  EXPECT_EQ(tests_in(settings.dhcp.classes[1].match).at(0).classes, 1u);
  EXPECT_EQ(tests_in(settings.dhcp.classes[2].match).at(0).classes, 3u);
}

TEST(SectionClasses, SaysOfAClassThatComesLaterThatItDoes) {
  const std::string later =
      "the class of this name comes later, in line 9, and classes are looked at in order: a match "
      "asks for those before it; move that class up, or this one down";
  EXPECT_EQ(finding(with_classes("    - {name: a, match: {class: b}}\n    - {name: b}\n")),
            "dhcp.classes[0].match.class: 'b': " + later);
  EXPECT_EQ(finding(with_classes("    - {name: a, match: {or: [{not: {class: [b]}}]}}\n"
                                 "    - {match: {arch: bios}, name: b}\n")),
            "dhcp.classes[0].match.or[0].not.class[0]: 'b': " + later);
  EXPECT_EQ(finding(with_classes("    - {name: a, match: {class: a}}\n")),
            "dhcp.classes[0].match.class: 'a': it is the class itself; remove it");
  const std::string none =
      finding(with_classes("    - {name: a, match: {class: c}}\n"
                           "    - {name: b}\n"));
  EXPECT_NE(none.find("dhcp.classes has no class of this name"), std::string::npos) << none;
}

TEST(SectionClasses, ReadsAndOrAndNot) {
  const Settings settings = settings_of(
      with_match("not: {arch: bios}, or: [{mac: \"02:*\"}, {and: [{reserved: false}]}]"));
  const ClientMatch& all = *settings.dhcp.classes[0].match;
  ASSERT_EQ(all.children.size(), 2u);
  EXPECT_EQ(all.children[0].kind, ClientMatch::Kind::any);
  EXPECT_EQ(all.children[0].children.size(), 2u);
  EXPECT_EQ(all.children[1].kind, ClientMatch::Kind::negation);
}

TEST(SectionClasses, ReadsWhatClientsMayNotHaveOfTftp) {
  const Settings settings = settings_of(with_classes(
      "    - {name: a, tftp: {blksize-max: 512, windowsize-max: 1, transfers-per-client: 2,\n"
      "       pace: 10Mbps, reject: [tsize, rollover]}}\n"
      "    - {name: b}\n"));
  const ClassTftp& tftp = *settings.dhcp.classes[0].tftp;
  EXPECT_EQ(tftp.blksize_max, 512);
  EXPECT_EQ(tftp.windowsize_max, 1);
  EXPECT_EQ(tftp.transfers_per_client, 2);
  EXPECT_EQ(tftp.pace_bits_per_second, 10'000'000u);
  EXPECT_EQ(tftp.reject, bit_of(TftpOption::tsize) | bit_of(TftpOption::rollover));
  EXPECT_FALSE(settings.dhcp.classes[1].tftp);
  EXPECT_FALSE(settings.dhcp.classes[1].match);
}

TEST(SectionClasses, NamesClassesInReservationsRulesAndAccess) {
  std::string yaml(kMinimal);
  yaml.replace(0, yaml.find('\n'),
               "images: {root: /i, access: [{files: 'secrets/*', classes: [b]}]}");
  const Settings settings = settings_of(
      yaml +
      "dhcp:\n"
      "  classes: [{name: a}, {name: b}]\n"
      "  subnets:\n"
      "    - {subnet: 10.7.0.0/16, dhcp: proxy,\n"
      "       reservations: [{mac: \"02:00:00:00:00:01\", classes: [a, b]}]}\n"
      "boot: {rules: [{match: {class: b}, file: x}, {match: {class: [a, b]}, file: y}]}\n");
  EXPECT_EQ(settings.dhcp.subnets.at(0).reservations.at(0).classes, 3u);
  EXPECT_EQ(tests_in(settings.boot_rules.at(0).match).at(0).classes, 2u);
  EXPECT_EQ(tests_in(settings.boot_rules.at(1).match).at(0).classes, 3u);
  EXPECT_EQ(settings.images.access.at(0).classes, 2u);
}

// A row: what is wrong in the match of class a, and what is said about it.
struct Refused {
  const char* match;
  const char* message;
};

constexpr Refused kRefused[] = {
    {"mac: \"b8:27\"",
     "dhcp.classes[0].match.mac: 'b8:27': no pattern of a MAC address; expected a MAC address like "
     "\"b8:27:eb:*\", or a list of them"},
    {"mac: []",
     "dhcp.classes[0].match.mac: the list is empty; expected a MAC address like \"b8:27:eb:*\", or "
     "a list of them"},
    {"mac: [\"02:*\", \"x\"]",
     "dhcp.classes[0].match.mac[1]: 'x': no pattern of a MAC address; expected a MAC address of "
     "six parts, in which ? stands for any digit, * for any part, and a * at its end for all that "
     "follow, like \"b8:27:eb:*\""},
    {"vendor-class: \"a**\"",
     "dhcp.classes[0].match.vendor-class: 'a**': one * is enough, it stands for any bytes, '/' "
     "too; expected option 60 like \"PXEClient*\", or a list of them"},
    {"user-class: ''",
     "dhcp.classes[0].match.user-class: '': it is empty; expected option 77, or an item of it, "
     "like iPXE, or a list of them"},
    {"circuit-id: 0x1",
     "dhcp.classes[0].match.circuit-id: '0x1': bytes are pairs of hexadecimal digits; expected "
     "bytes in hexadecimal like 0x0a1b, or text"},
    {"arch: efi-x46",
     "dhcp.classes[0].match.arch: 'efi-x46': did you mean efi-x64? Expected an architecture's name "
     "or number (option 93), like efi-x64, or a list of them"},
    {"option: {0: a}", "dhcp.classes[0].match.option.0: an option's number is 1 to 254"},
    {"option: {82: a}",
     "dhcp.classes[0].match.option.82: what a relay agent says is asked for with relay, "
     "circuit-id, "
     "remote-id, subscriber-id, relay-id or relay-option"},
    {"relay-option: {0: a}",
     "dhcp.classes[0].match.relay-option.0: a relay agent's sub-option is a number from 1 to 254"},
    {"option: {93: 7}",
     "dhcp.classes[0].match.option.93: '7': an option's value is text or bytes; write bytes like "
     "\"0x0007\", or quote it if it is text; to ask whether it is sent: {exists: true}"},
    {"option: {router: a}",
     "dhcp.classes[0].match.option.router: no DHCP option has this name; did you mean 'routers'?"},
    {"option: {60: {exist: true}}",
     "dhcp.classes[0].match.option.60: the key 'exists' is missing; expected true (the client "
     "sends it) or false (it does not)"},
    {"uuid: dell",
     "dhcp.classes[0].match.uuid: 'dell': not a part of any UUID; expected a UUID (option 97) like "
     "\"4c4c4544-*\", a list of them, or {exists: true}"},
    {"ipxe-feature: htpps",
     "dhcp.classes[0].match.ipxe-feature: 'htpps': did you mean https? Expected a feature of iPXE "
     "(a sub-option of option 175) like https, or a list of them"},
    {"reserved: yes",
     "dhcp.classes[0].match.reserved: 'yes': write true; expected true (has a reservation) or "
     "false (has none)"},
    {"subnet: 10.20.0.1/16",
     "dhcp.classes[0].match.subnet: '10.20.0.1/16': host bits are set; the network is "
     "10.20.0.0/16; expected the network that the client's network lies in (not its address), "
     "like 10.20.0.0/16, or a list of them"},
    {"relay: 10.21.0",
     "dhcp.classes[0].match.relay: '10.21.0': no IPv4 network (ADDRESS/LENGTH, with a length from "
     "1 to 32); expected the relay agent's address or network, or a list of them"},
    {"or: []",
     "dhcp.classes[0].match.or: the list is empty; expected a list of matches, one of which must "
     "hold"},
    {"not: {}",
     "dhcp.classes[0].match.not: it is empty, and would match every client; leave match out, or "
     "say what for"},
    {"shape: a",
     "dhcp.classes[0].match.shape: unknown key; known in a match: mac, vendor-class, user-class, "
     "arch, uuid, ipxe-feature, class, option, reserved, subnet, relay, circuit-id, remote-id, "
     "subscriber-id, relay-id, relay-option, "
     "and, or and not"},
};

TEST(SectionClasses, SaysWhatIsWrongWithAMatch) {
  for (const Refused& row : kRefused) {
    const auto all = findings(with_match(row.match));
    ASSERT_FALSE(all.empty()) << row.match;
    EXPECT_EQ(all.front(), row.message) << row.match;
  }
}

TEST(SectionClasses, RefusesOptionsThatAreMeantAsNoText) {
  for (const char* value : {"7", "-1", "true", "false", "10.0.0.1", "[a, 7]"}) {
    EXPECT_NE(finding(with_match("option: {93: " + std::string(value) + "}")).find("write bytes"),
              std::string::npos)
        << value;
  }
  for (const char* value : {"'7'", "\"true\"", "'10.0.0.1'", "0x0007", "truely", "7*"}) {
    EXPECT_TRUE(findings(with_match("option: {93: " + std::string(value) + "}")).empty()) << value;
  }
}

TEST(SectionClasses, SaysNothingMoreOfWhoNamesAClassThatIsWrongItself) {
  EXPECT_EQ(findings(with_classes("    - {name: 'a b'}\n", "",
                                  "boot: {rules: [{match: {class: 'a b'}, file: x}]}\n"))
                .size(),
            1u);
  std::string classes;
  for (int i = 0; i < 65; ++i) classes += "    - {name: c" + std::to_string(i) + "}\n";
  EXPECT_EQ(findings(with_classes(classes, "", "boot: {rules: [{match: {class: c63}, file: x}]}\n"))
                .size(),
            1u);
}

TEST(SectionClasses, SaysEverythingAtOnceAndWhereItStands) {
  const auto settings = parse_settings(with_classes("    - {name: a, match: {mac: x, arch: y}}\n"
                                                    "    - {name: a, tftp: {reject: [tsise]}}\n"
                                                    "    - {match: {reserved: 1}}\n"),
                                       "f");
  ASSERT_FALSE(settings);
  std::vector<std::string> places;
  for (const Diagnostic& finding : settings.error()) {
    places.push_back(finding.text().substr(0, finding.text().find(": ")));
  }
  EXPECT_EQ(places, (std::vector<std::string>{"f:8:30", "f:8:39", "f:9:14", "f:9:33", "f:10:7",
                                              "f:10:26"}));
}

TEST(SectionClasses, ReadsTheReplyDelay) {
  const auto delay_of = [](const std::string& quirks) {
    const Settings settings =
        settings_of(with_classes("    - {name: slow, quirks: {" + quirks + "}}\n"));
    return settings.dhcp.classes.at(0).quirks->reply_delay.value_or(base::Duration{});
  };
  EXPECT_EQ(delay_of(""), base::Duration{});
  EXPECT_EQ(delay_of("reply-delay: 1500ms"), std::chrono::milliseconds{1500});
  EXPECT_NE(
      finding(with_classes("    - {name: slow, quirks: {reply-delay: 31s}}\n")).find("0s to 30s"),
      std::string::npos);
}

TEST(SectionClasses, RefusesNamesThatNoClassHas) {
  const std::string classes = "    - {name: trusted}\n";
  EXPECT_EQ(
      finding(with_classes(classes, "", "boot: {rules: [{match: {class: trustet}, file: a}]}\n")),
      "boot.rules[0].match.class: 'trustet': dhcp.classes has no class of this name; did you "
      "mean trusted?");
  EXPECT_EQ(finding(with_classes(classes, "", "boot: {rules: [{match: {class: x}, file: a}]}\n")),
            "boot.rules[0].match.class: 'x': dhcp.classes has no class of this name; add it there, "
            "or remove it here");
  EXPECT_NE(finding(with_classes(classes, "", "boot: {rules: [{match: {class: []}, file: a}]}\n"))
                .find("the list is empty"),
            std::string::npos);
}

TEST(SectionClasses, RefusesWhatGoesBeyondItsLimits) {
  std::string deep = "arch: bios";
  for (int i = 0; i < 8; ++i) deep = "not: {" + deep + "}";
  EXPECT_EQ(finding(with_match(deep)).substr(0, 23), "dhcp.classes[0].match.n");
  EXPECT_NE(finding(with_match(deep)).find("it is the ninth match"), std::string::npos);

  std::string many = "mac: [";
  for (int i = 0; i < 1023; ++i) many += "\"02:*\", ";
  EXPECT_TRUE(findings(with_match(many + "\"03:*\"]")).empty());
  EXPECT_NE(finding(with_match(many + "\"03:*\"], arch: bios")).find("more than 1024 conditions"),
            std::string::npos);

  std::string options;
  for (int i = 0; i < 16; ++i) options += std::to_string(200 + i) + ": a, ";
  EXPECT_TRUE(findings(with_match("option: {" + options + "}")).empty());
  EXPECT_NE(
      finding(with_match("option: {" + options + "250: a}")).find("more than 16 different options"),
      std::string::npos);

  std::string classes;
  for (int i = 0; i < 65; ++i) classes += "    - {name: c" + std::to_string(i) + "}\n";
  EXPECT_NE(finding(with_classes(classes)).find("65 items, at most 64"), std::string::npos);
}

}  // namespace
}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
// Goal: who is in a class is who the configuration says, for every kind of condition, and for all
// ways to join them.
#include "dhcp/class_rules.h"

#include <gtest/gtest.h>
#include <random>

#include "config/parse.h"
#include "support/dhcp_builder.h"

namespace stentor::dhcp {
namespace {

using support::DhcpBytes;
using support::DhcpOption;
using support::DhcpSpec;
using support::text_value;

// Classes of a configuration, each "NAME: {MATCH}".
ClassRules rules_of(const std::vector<std::string>& matches) {
  std::string yaml =
      "images: {root: /i}\n"
      "ports: [{name: b, device: interface:eth1, networks: [{address: 10.0.0.1/24, dhcp: "
      "proxy}]}]\n"
      "dhcp:\n"
      "  classes:\n";
  int number = 0;
  for (const std::string& match : matches) {
    yaml += "    - {name: c" + std::to_string(number++) + ", match: {" + match + "}}\n";
  }
  const auto settings = config::parse_settings(yaml, "f");
  if (settings) return ClassRules(settings->dhcp.classes);
  for (const auto& finding : settings.error()) ADD_FAILURE() << finding.text();
  return {};
}

class ClassRulesTest : public testing::Test {
 protected:
  // The classes of a client that sends `options`.
  ClassMask find(const ClassRules& rules, std::vector<DhcpOption> options = {}) {
    DhcpSpec spec = spec_;
    options.push_back({53, {1}});
    spec.options = std::move(options);
    message_ = dhcp_message(spec);
    const auto request = parse_request(message_, joined_);
    EXPECT_TRUE(request);
    JoinBuffer joined;
    Subject subject{.request = *request,
                    .mac = request->mac(),
                    .network = network_,
                    .is_reserved = is_reserved_,
                    .is_relay_listed = is_relay_listed_,
                    .classes = known_,
                    .sent = rules.read_options(*request, joined)};
    rules.find(subject);
    return subject.classes;
  }
  bool is_in(const std::string& match, const std::vector<DhcpOption>& options = {}) {
    return find(rules_of({match}), options) == 1;
  }

  DhcpSpec spec_;
  std::optional<wire::Ipv4Prefix> network_;
  bool is_reserved_ = false;
  bool is_relay_listed_ = false;
  ClassMask known_ = 0;
  DhcpBytes message_;
  JoinBuffer joined_;
};

TEST_F(ClassRulesTest, by_mac_address) {
  // Goal: any of a list; hardware that is no Ethernet has none.
  EXPECT_TRUE(is_in("mac: \"52:54:00:*\""));
  EXPECT_TRUE(is_in("mac: [\"02:*\", \"52:54:00:12:34:56\"]"));
  EXPECT_FALSE(is_in("mac: \"52:54:01:*\""));
  spec_.htype = 32;
  EXPECT_FALSE(is_in("mac: \"*\""));
}

TEST_F(ClassRulesTest, by_vendor_class) {
  // Goal: globs, whole values and bytes; an absent option is an empty one.
  const DhcpOption pxe{60, text_value("PXEClient:Arch:00007")};
  EXPECT_TRUE(is_in("vendor-class: \"PXEClient*\"", {pxe}));
  EXPECT_TRUE(is_in("vendor-class: \"*:Arch:0000?\"", {pxe}));
  EXPECT_FALSE(is_in("vendor-class: PXEClient", {pxe}));
  EXPECT_TRUE(is_in("vendor-class: 0x005045", {{60, {0, 0x50, 0x45}}}));
  EXPECT_FALSE(is_in("vendor-class: 0x0050", {{60, {0, 0x50, 0x45}}}));
  EXPECT_FALSE(is_in("vendor-class: \"P*\""));
}

TEST_F(ClassRulesTest, by_user_class_raw_and_in_items) {
  // Goal: what iPXE sends, and RFC 3004's form.
  EXPECT_TRUE(is_in("user-class: iPXE", {{77, text_value("iPXE")}}));
  EXPECT_TRUE(is_in("user-class: iPXE", {{77, {1, 'a', 4, 'i', 'P', 'X', 'E'}}}));
  EXPECT_TRUE(is_in("user-class: \"i*\"", {{77, {1, 'a', 4, 'i', 'P', 'X', 'E'}}}));
  EXPECT_FALSE(is_in("user-class: iPXE", {{77, {1, 'a', 9, 'i', 'P', 'X', 'E'}}}));
  EXPECT_FALSE(is_in("user-class: iPXE"));
}

TEST_F(ClassRulesTest, by_architecture) {
  // Goal: one of the list that option 93 is; without it a BIOS (PXE 2.1).
  EXPECT_TRUE(is_in("arch: efi-x64", {{93, {0, 6, 0, 9}}}));
  EXPECT_TRUE(is_in("arch: [11, efi-x64]", {{93, {0, 7}}}));
  EXPECT_FALSE(is_in("arch: efi-arm64", {{93, {0, 7}}}));
  EXPECT_TRUE(is_in("arch: bios"));
}

// Feature: classes
TEST_F(ClassRulesTest, by_any_option) {
  // Goal: present or not, by value, joined over instances (RFC 3396) and from overloaded fields.
  EXPECT_TRUE(is_in("option: {97: {exists: true}}", {{97, {}}}));
  EXPECT_FALSE(is_in("option: {97: {exists: true}}"));
  EXPECT_TRUE(is_in("option: {97: {exists: false}}"));
  EXPECT_FALSE(is_in("option: {97: {exists: false}}", {{97, {}}}));
  EXPECT_TRUE(
      is_in("option: {224: [x, \"a*d\"]}", {{224, text_value("ab")}, {224, text_value("cd")}}));
  EXPECT_TRUE(is_in("option: {57: 0x05dc}", {{57, {5, 0xdc}}}));
  EXPECT_FALSE(is_in("option: {224: \"*\"}")) << "what is not sent has no value";
  EXPECT_TRUE(is_in("option: {224: \"*\"}", {{224, {}}}));
  EXPECT_TRUE(is_in("option: {224: a, 225: b}", {{224, {'a'}}, {225, {'b'}}}));
  EXPECT_FALSE(is_in("option: {224: a, 225: b}", {{224, {'a'}}, {225, {'c'}}}));
  spec_.file = {224, 1, 'f', 255};
  EXPECT_TRUE(is_in("option: {224: f}", {{52, {1}}}));
  EXPECT_FALSE(is_in("option: {224: f}"));
}

TEST_F(ClassRulesTest, by_more_of_an_option_than_can_be_joined) {
  // Goal: a message of nothing but instances of one option costs no more than the buffer.
  std::vector<DhcpOption> many(20, {224, DhcpBytes(255, 'a')});
  EXPECT_FALSE(is_in("option: {224: b}", many));
  EXPECT_TRUE(is_in("option: {224: \"a*\"}", many));
}

TEST_F(ClassRulesTest, by_uuid) {
  // Goal: as dmidecode shows it; what is not well formed is none (quirk 10).
  const DhcpOption uuid{97,
                        {0, 0x44, 0x45, 0x4c, 0x4c, 0x42, 0x00, 0x10, 0x35, 0x80, 0x52, 0xb4, 0xc0,
                         0x4f, 0x4d, 0x37, 0x32}};
  EXPECT_TRUE(is_in("uuid: 4c4c4544-0042-3510-8052-b4c04f4d3732", {uuid}));
  EXPECT_TRUE(is_in("uuid: [\"00*\", \"4C4C4544-*\"]", {uuid}));
  EXPECT_TRUE(is_in("uuid: \"44454c4c-*\"", {uuid})) << "from firmware that does not turn it";
  EXPECT_FALSE(is_in("uuid: \"454c4c44-*\"", {uuid}));
  EXPECT_TRUE(is_in("uuid: {exists: true}", {uuid}));
  for (const DhcpBytes& none : {DhcpBytes{}, DhcpBytes{0}, DhcpBytes(17, 1), DhcpBytes(16, 0)}) {
    EXPECT_TRUE(is_in("uuid: {exists: false}", {{97, none}}));
    EXPECT_FALSE(is_in("uuid: \"*\"", {{97, none}}));
  }
  EXPECT_TRUE(is_in("uuid: {exists: false}"));
}

TEST_F(ClassRulesTest, by_feature_of_ipxe) {
  // Goal: a sub-option of 175, whatever its value; by name and by number.
  const DhcpOption ipxe{175, {0xb1, 5, 1, 0x80, 0x86, 0x10, 0x0e, 0x13, 1, 1, 0x24, 1, 1}};
  EXPECT_TRUE(is_in("ipxe-feature: http", {ipxe}));
  EXPECT_TRUE(is_in("ipxe-feature: [https, 36]", {ipxe}));
  EXPECT_FALSE(is_in("ipxe-feature: https", {ipxe}));
  EXPECT_FALSE(is_in("ipxe-feature: http"));
  EXPECT_FALSE(is_in("ipxe-feature: http", {{175, {0x13}}})) << "cut short";
  EXPECT_FALSE(is_in("ipxe-feature: http", {{175, {0x24, 9, 0x13, 1, 1}}})) << "cut short";
}

TEST_F(ClassRulesTest, by_class) {
  // Goal: of what is known already and of classes before; never of later ones.
  const ClassRules rules =
      rules_of({"arch: bios", "class: c0, reserved: false", "not: {class: [c0, c1]}"});
  EXPECT_EQ(find(rules), 3u);
  EXPECT_EQ(find(rules, {{93, {0, 7}}}), 4u);
  known_ = 1;
  EXPECT_EQ(find(rules, {{93, {0, 7}}}), 3u) << "by its reservation";
}

TEST_F(ClassRulesTest, of_rules_beside_classes) {
  // Goal: any number of matches in one list, each with its own beginning.
  ClassRules rules = rules_of({"option: {224: a}"});
  const auto match_of = [](config::ClientTest test) {
    return config::ClientMatch{.kind = config::ClientMatch::Kind::test, .test = std::move(test)};
  };
  const auto reserved = rules.add_rule(match_of({.kind = config::ClientTest::Kind::reserved}));
  const auto by_option = rules.add_rule(match_of({.kind = config::ClientTest::Kind::option,
                                                  .value = {config::ValueTest::Kind::glob, "b*"},
                                                  .code = 225}));
  EXPECT_EQ(find(rules, {{224, {'a'}}}), 1u);
  DhcpSpec spec;
  spec.options = {{53, {1}}, {225, {'b', 'c'}}};
  message_ = dhcp_message(spec);
  const auto request = parse_request(message_, joined_).value();
  JoinBuffer joined;
  const Subject subject{.request = request, .sent = rules.read_options(request, joined)};
  EXPECT_FALSE(rules.holds(reserved, subject));
  EXPECT_TRUE(rules.holds(by_option, subject));
}

TEST_F(ClassRulesTest, by_reservation) {
  // Goal: true and false are each other's opposite.
  EXPECT_FALSE(is_in("reserved: true"));
  EXPECT_TRUE(is_in("reserved: false"));
  is_reserved_ = true;
  EXPECT_TRUE(is_in("reserved: true"));
  EXPECT_FALSE(is_in("reserved: false"));
}

TEST_F(ClassRulesTest, by_network) {
  // Goal: a network inside the one that is named; where it is not known, none.
  EXPECT_FALSE(is_in("subnet: 10.0.0.0/8"));
  network_ = *wire::Ipv4Prefix::parse("10.20.0.2/16");
  EXPECT_TRUE(is_in("subnet: 10.20.0.0/16"));
  EXPECT_TRUE(is_in("subnet: [10.30.0.0/16, 10.0.0.0/8]"));
  EXPECT_FALSE(is_in("subnet: 10.20.0.0/24")) << "a part of it";
  EXPECT_FALSE(is_in("subnet: 10.21.0.0/16"));
}

TEST_F(ClassRulesTest, by_what_a_relay_agent_says) {
  // Goal: giaddr always, option 82 only from a relay that is listed (DESIGN section 4).
  const DhcpOption agent{82, {1, 2, 'c', '1', 2, 2, 'r', '2'}};
  EXPECT_FALSE(is_in("relay: 10.21.0.1", {agent}));
  spec_.giaddr = "10.21.0.1";
  EXPECT_TRUE(is_in("relay: 10.21.0.1", {agent}));
  EXPECT_TRUE(is_in("relay: 10.21.0.0/24", {agent}));
  EXPECT_FALSE(is_in("relay: 10.21.0.2", {agent}));
  EXPECT_FALSE(is_in("circuit-id: c1", {agent})) << "not listed";
  is_relay_listed_ = true;
  EXPECT_TRUE(is_in("circuit-id: c1", {agent}));
  EXPECT_TRUE(is_in("remote-id: \"r?\"", {agent}));
  EXPECT_FALSE(is_in("circuit-id: \"r*\"", {agent}));
  EXPECT_FALSE(is_in("circuit-id: \"*\"")) << "none was sent";
  EXPECT_FALSE(is_in("remote-id: r2", {{82, {1, 9, 'c', '1', 2, 2, 'r', '2'}}})) << "cut short";
}

// Feature: classes
TEST_F(ClassRulesTest, by_all_of_one_of_and_none_of) {
  // Goal: and, or, not, and the implicit ones, one inside the other.
  const std::vector<DhcpOption> x64{{93, {0, 7}}};
  const std::vector<DhcpOption> ipxe{{93, {0, 7}}, {77, text_value("iPXE")}};
  const std::string match =
      "mac: \"52:*\", not: {user-class: iPXE}, or: [{arch: efi-arm64}, {and: [{arch: efi-x64}, "
      "{not: {reserved: true}}]}]";
  EXPECT_TRUE(is_in(match, x64));
  EXPECT_FALSE(is_in(match, ipxe));
  EXPECT_FALSE(is_in(match)) << "neither architecture";
  is_reserved_ = true;
  EXPECT_FALSE(is_in(match, x64));
}

TEST_F(ClassRulesTest, in_several_classes_at_once) {
  // Goal: bit i is class i; a class without a match has no members here.
  std::vector<std::string> matches(64, "mac: \"02:*\"");
  matches[0] = "mac: \"52:*\"";
  matches[31] = "arch: bios";
  matches[63] = "reserved: false";
  EXPECT_EQ(find(rules_of(matches)), ClassMask{1} | ClassMask{1} << 31 | ClassMask{1} << 63);
  EXPECT_EQ(find(ClassRules(std::vector<config::ClientClass>{{.name = "a"}})), 0u);
}

// A match of random shape over two facts, and what it should come to.
struct Formula {
  config::ClientMatch match;
  bool holds;
};

Formula random_formula(std::mt19937& random, bool reserved, bool ethernet, int depth) {
  using Kind = config::ClientMatch::Kind;
  const auto pick = [&random](unsigned count) { return static_cast<unsigned>(random() % count); };
  const unsigned shape = depth == 0 ? 3 : pick(4);
  if (shape == 3) {
    if (pick(2) == 0) {
      return {{.kind = Kind::test, .test = {.kind = config::ClientTest::Kind::reserved}}, reserved};
    }
    return {{.kind = Kind::test, .test = {.kind = config::ClientTest::Kind::mac}}, ethernet};
  }
  Formula formula{{.kind = static_cast<Kind>(shape)}, shape == 0};
  const unsigned children = formula.match.kind == Kind::negation ? 1 : 1 + pick(3);
  for (unsigned i = 0; i < children; ++i) {
    Formula child = random_formula(random, reserved, ethernet, depth - 1);
    formula.match.children.push_back(std::move(child.match));
    if (formula.match.kind == Kind::all) formula.holds = formula.holds && child.holds;
    if (formula.match.kind == Kind::any) formula.holds = formula.holds || child.holds;
    if (formula.match.kind == Kind::negation) formula.holds = !child.holds;
  }
  return formula;
}

TEST_F(ClassRulesTest, as_the_obvious_evaluation_has_it) {
  // Goal: the compiled form of any match, in any place among others, comes to what it says.
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    is_reserved_ = round % 2 == 0;
    spec_.htype = round % 4 < 2 ? 1 : 32;
    std::vector<config::ClientClass> classes(3);
    ClassMask expected = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      Formula formula = random_formula(random, is_reserved_, spec_.htype == 1, 4);
      classes[i].match = std::move(formula.match);
      if (formula.holds) expected |= ClassMask{1} << i;
    }
    ASSERT_EQ(find(ClassRules(classes)), expected) << round;
  }
}

}  // namespace
}  // namespace stentor::dhcp

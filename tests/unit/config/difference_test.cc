// SPDX-License-Identifier: BSD-3-Clause
// Goal: what two configurations say otherwise is named by the paths of its keys, whichever keys
// there are, and nothing else is.
#include "config/difference.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <memory>

#include "config/key.h"
#include "sample.h"

namespace stentor::config {
namespace {

using Lines = std::vector<std::string>;

// Of documents alone: what is right about them otherwise is not looked at.
Lines between(std::string_view running, std::string_view next) {
  Settings before;
  before.source = std::make_shared<const Source>(Source{"f", std::string(running)});
  Settings after;
  after.source = std::make_shared<const Source>(Source{"f", std::string(next)});
  Lines lines;
  for (const Change& change : difference(before, after).changes) lines.push_back(change.text());
  return lines;
}

// Of `section` and what stands below: a document that has `value` at the key, and nothing else.
using Visit = std::function<void(const Key& key, const std::string& path,
                                 const std::function<std::string(const std::string&)>& around)>;

void visit_keys(const Section& section, const std::string& path,
                const std::function<std::string(const std::string&)>& around, const Visit& visit,
                unsigned depth = 0) {
  ASSERT_LT(depth, 8u);
  for (const Key& key : section.keys) {
    const std::string name(key.name);
    const std::string here = path.empty() ? name : path + "." + name;
    const auto value_at = [&, name](const std::string& value) {
      return around("{" + name + ": " + value + "}");
    };
    visit(key, here, value_at);
    if (key.section == nullptr) continue;
    const bool is_list = (key.forms & kList) != 0;
    const std::string open = is_list ? "[" : "";
    const std::string close = is_list ? "]" : "";
    const auto below = [&, value_at](const std::string& value) {
      return value_at(open + value + close);
    };
    visit_keys(*key.section, here, below, visit, depth + 1);
  }
}

bool names(const std::string& line, const Key& key) {
  return line.find(key.name) != std::string::npos;
}

TEST(Difference, NamesEveryKeyThatChanges) {
  unsigned keys = 0;
  visit_keys(
      kFileSection, "", [](const std::string& text) { return text; },
      [&](const Key& key, const std::string& path, const auto& around) {
        ++keys;
        for (const auto& [from, to] :
             {std::pair("v1", "v2"), std::pair("[v1]", "[v1, v2]"),
              std::pair("[v1, v2]", "[v2, v1]"), std::pair("{k: v1}", "{k: v2}")}) {
          const Lines lines = between(around(from), around(to));
          ASSERT_FALSE(lines.empty()) << path << " from " << from << " to " << to;
          EXPECT_TRUE(
              std::ranges::any_of(lines, [&](const std::string& line) { return names(line, key); }))
              << path << ": " << lines.front();
        }
      });
  EXPECT_GT(keys, 150u);
}

TEST(Difference, NamesEveryKeyThatComesOrGoes) {
  visit_keys(
      kFileSection, "", [](const std::string& text) { return text; },
      [&](const Key& key, const std::string& path, const auto& around) {
        // What stands beside it stays.
        const std::string text = around("v1");
        std::string without = text;
        const std::string mine = std::string(key.name) + ": v1";
        without.replace(without.rfind(mine), mine.size(), "");
        EXPECT_FALSE(between(without, text).empty()) << path;
        EXPECT_FALSE(between(text, without).empty()) << path;
      });
}

TEST(Difference, IsNoneOfWhatIsWrittenInAnotherForm) {
  EXPECT_EQ(between("a: 1\nb: [x, {k: v, l: w}]\n",
                    "# a comment\nb:\n  - &anchor \"x\"\n  - l: 'w'\n    k: v\na: \"1\"\n"),
            Lines{});
  EXPECT_EQ(between("boot: {rules: [{match: {arch: [a]}}]}", "boot: {rules: [{match: {arch: a}}]}"),
            Lines{});
  EXPECT_EQ(between("a: [b]", "a: b"), Lines{});
}

TEST(Difference, IsNoneOfWhatHoldsAnyway) {
  EXPECT_EQ(between("dhcp: {mode: server}", "dhcp: {mode: server, pxe-lease-time: 30m}"), Lines{});
  EXPECT_EQ(between("images: {root: r, manifest: {required: false}}", "images: {root: r}"),
            Lines{});
  EXPECT_EQ(between("tftp: {}", "{}"), Lines{});
}

TEST(Difference, SaysWhatHoldsWithoutAKey) {
  EXPECT_EQ(between("{}", "dhcp: {pxe-lease-time: 1h}"),
            Lines{"+ dhcp.pxe-lease-time: 1h (without it: 30m)"});
  EXPECT_EQ(between("dhcp: {pxe-lease-time: 1h}", "{}"),
            Lines{"- dhcp.pxe-lease-time: 1h (without it: 30m)"});
  EXPECT_EQ(between("{}", "dhcp: {options: {routers: [10.0.0.1]}}"),
            Lines{"+ dhcp.options.routers: 10.0.0.1"});
}

TEST(Difference, NamesItemsAsPeopleDo) {
  const std::string before =
      "dhcp:\n"
      "  classes: [{name: lab, match: {mac: \"52:*\"}}]\n"
      "  subnets:\n"
      "    - subnet: 10.20.0.0/16\n"
      "      pools: [10.20.1.1-10.20.1.9, {range: 10.20.2.1-10.20.2.9, classes: [lab]}]\n"
      "      reservations: [{mac: \"52:54:00:00:00:01\", address: 10.20.3.1}]\n"
      "boot:\n"
      "  rules: [{match: {arch: bios}, file: a}, {file: b}]\n"
      "  menus: {main: {items: [{name: Install, file: c}]}}\n";
  std::string after = before;
  const auto replace = [&](std::string_view from, std::string_view to) {
    after.replace(after.find(from), from.size(), to);
  };
  replace("10.20.1.1-10.20.1.9", "10.20.1.1-10.20.1.8");
  replace("classes: [lab]", "classes: [rack]");
  replace("address: 10.20.3.1", "address: 10.20.3.2");
  replace("mac: \"52:*\"", "mac: \"54:*\"");
  replace("file: a", "file: a2");
  replace("file: b", "file: b2");
  replace("file: c", "file: c2");
  EXPECT_EQ(
      between(before, after),
      (Lines{"~ dhcp.classes[lab].match.mac: 52:* -> 54:*",
             "- dhcp.subnets[10.20.0.0/16].pools[10.20.1.1-10.20.1.9]",
             "- dhcp.subnets[10.20.0.0/16].pools[10.20.2.1-10.20.2.9].classes[lab]",
             "+ dhcp.subnets[10.20.0.0/16].pools[10.20.2.1-10.20.2.9].classes[rack]",
             "+ dhcp.subnets[10.20.0.0/16].pools[10.20.1.1-10.20.1.8]",
             "~ dhcp.subnets[10.20.0.0/16].reservations[52:54:00:00:00:01].address: 10.20.3.1 -> "
             "10.20.3.2",
             "~ boot.rules[{arch: bios}].file: a -> a2", "~ boot.rules[every client].file: b -> b2",
             "~ boot.menus.main.items[Install].file: c -> c2"}));
}

TEST(Difference, ShowsItemsThatComeAndGoWithAllThatTheySay) {
  EXPECT_EQ(between("dhcp: {subnets: [{subnet: 10.0.0.0/8}]}",
                    "dhcp: {subnets: [{subnet: 10.0.0.0/8}, {subnet: 11.0.0.0/8, pools: [a, b]}]}"),
            Lines{"+ dhcp.subnets[11.0.0.0/8]: {pools: [a, b], subnet: 11.0.0.0/8}"});
  EXPECT_EQ(between("dhcp: {shared-networks: [{name: r7}]}", "dhcp: {shared-networks: []}"),
            Lines{"- dhcp.shared-networks[r7]: {name: r7}"});
}

TEST(Difference, SeesAnOrderThatChanges) {
  EXPECT_EQ(between("boot: {rules: [{match: {arch: a}}, {match: {arch: b}}, {file: c}]}",
                    "boot: {rules: [{match: {arch: b}}, {match: {arch: a}}, {file: c}]}"),
            Lines{"~ boot.rules: in the order {arch: a} {arch: b} every client -> in the order "
                  "{arch: b} {arch: a} every client"});
}

TEST(Difference, TellsItemsOfOneNameApart) {
  EXPECT_EQ(between("boot: {rules: [{file: a}, {file: b}]}",
                    "boot: {rules: [{file: a}, {file: c}, {file: d}]}"),
            (Lines{"~ boot.rules[every client (2)].file: b -> c",
                   "+ boot.rules[every client (3)]: {file: d}"}));
}

TEST(Difference, KeepsTextsApartThatLookAlike) {
  EXPECT_EQ(between("a: [\"x, y\"]", "a: [x, y]"), (Lines{"- a[\"x, y\"]", "+ a[x]", "+ a[y]"}));
  EXPECT_EQ(between("a: ''", "a: ' '"), Lines{"~ a: \"\" -> \" \""});
  EXPECT_EQ(between("a: '[]'", "a: []").size(), 1u);
  EXPECT_EQ(between("a: null", "a: ''").size(), 1u);
}

TEST(Difference, IsBoundedHoweverMuchChanges) {
  std::string before = "a: [";
  std::string after = "a: [";
  for (int i = 0; i < 3000; ++i) {
    before += "x" + std::to_string(i) + ",";
    after += "y" + std::to_string(i) + ",";
  }
  Settings running;
  running.source = std::make_shared<const Source>(Source{"f", before + "]"});
  Settings next;
  next.source = std::make_shared<const Source>(Source{"f", after + "]"});
  const Difference found = difference(running, next);
  EXPECT_EQ(found.changes.size(), Difference::kChangesMax);
  EXPECT_EQ(found.left_out, 6000 - Difference::kChangesMax);
  const Lines lines = between("a: x", "a: " + std::string(5000, 'y'));
  EXPECT_LT(lines.at(0).size(), 400u);
}

TEST(Difference, IsOfWhatWasRead) {
  const Settings running = settings_of(minimal_with("tftp: {windowsize-max: 4}\n"));
  const Settings next = settings_of(minimal_with("tftp: {windowsize-max: 5}\n"));
  EXPECT_TRUE(difference(running, running).changes.empty());
  const Difference found = difference(running, next);
  ASSERT_EQ(found.changes.size(), 1u);
  EXPECT_EQ(found.changes[0].text(), "~ tftp.windowsize-max: 4 -> 5");
}

}  // namespace
}  // namespace stentor::config

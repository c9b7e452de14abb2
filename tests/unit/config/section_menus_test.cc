// SPDX-License-Identifier: BSD-3-Clause
// Goal: boot.menus: what an item boots, limits of option 43, and menus that there are none of.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_menu(const std::string& menu) {
  return minimal_with("boot: {menus: {main: {" + menu + "}}, rules: [{menu: main}]}\n");
}
std::string with_items(const std::string& items) { return with_menu("items: [" + items + "]"); }

TEST(SectionMenus, ReadsWhatEachItemBoots) {
  const Settings settings = settings_of(with_menu(
      "prompt: Choose, timeout: 0s, items: [{name: A, file: '{mac}/a', server: 10.0.0.7}, "
      "{name: B, file: b}, {name: C, server: 10.0.0.9, type: 1}, {name: D, local: true}, "
      "{name: E, file: e, type: 2}]"));
  ASSERT_EQ(settings.boot_menus.size(), 1u);
  EXPECT_EQ(settings.boot_rules.at(0).target.menu, 0u);
  const BootMenu& menu = settings.boot_menus[0];
  EXPECT_EQ(menu.name, "main");
  EXPECT_EQ(menu.prompt, "Choose");
  EXPECT_EQ(menu.timeout_seconds, 0);
  ASSERT_EQ(menu.items.size(), 5u);
  EXPECT_EQ(menu.items[0].type, 0x8000);
  EXPECT_EQ(menu.items[0].file->file, "{mac}/a");
  EXPECT_EQ(menu.items[0].file->server, wire::Ipv4Address{0x0a000007});
  EXPECT_EQ(menu.items[1].type, 0x8001);
  EXPECT_FALSE(menu.items[2].file);
  EXPECT_EQ(menu.items[2].boot_server, wire::Ipv4Address{0x0a000009});
  EXPECT_EQ(menu.items[3].type, 0);
  EXPECT_EQ(menu.items[4].type, 2);
}

TEST(SectionMenus, KnowsNoTimeout) {
  EXPECT_EQ(settings_of(with_menu("timeout: none, items: [{name: A, file: a}]"))
                .boot_menus.at(0)
                .timeout_seconds,
            255);
  EXPECT_EQ(settings_of(with_items("{name: A, file: a}")).boot_menus.at(0).timeout_seconds, 10);
  EXPECT_NE(finding(with_menu("timeout: 255s, items: [{name: A, file: a}]")).find("out of range"),
            std::string::npos);
}

struct RefusedMenu {
  const char* items;
  const char* message;
};

TEST(SectionMenus, SaysWhatIsWrongWithAnItem) {
  const RefusedMenu rows[] = {
      {"{name: A}", "boot.menus.main.items[0]: it names nothing to boot"},
      {"{name: A, server: 10.0.0.9}", "boot.menus.main.items[0]: it names nothing to boot"},
      {"{name: A, local: true, file: a}",
       "boot.menus.main.items[0].local: 'true': it boots from the local"},
      {"{name: A, file: ../a}", "boot.menus.main.items[0].file: '../a': '..' cannot be a part"},
      {"{name: A, file: a, type: 7}, {name: B, file: b, type: 7}",
       "boot.menus.main.items[1]: an item before it has this type, 7"},
      {"{name: A, file: a, type: 65535}", "boot.menus.main.items[0].type: '65535'"},
      {"", "boot.menus.main.items: the list is empty"},
  };
  for (const RefusedMenu& row : rows) {
    const auto all = findings(with_items(row.items));
    ASSERT_FALSE(all.empty()) << row.items;
    EXPECT_EQ(all.front().substr(0, std::string(row.message).size()), row.message);
  }
}

TEST(SectionMenus, FitOneOption) {
  // 3 + 2 + 7 + 2 + 3 + 2 + 1 + 1 bytes around one item, its name and the prompt.
  const auto menu = [](std::size_t name, std::size_t prompt) {
    const std::string items = "{name: " + std::string(name, 'a') +
                              ", file: a}, {name: " + std::string(80, 'b') + ", local: true}";
    return with_menu("prompt: " + std::string(prompt, 'p') + ", items: [" + items + "]");
  };
  EXPECT_TRUE(findings(menu(80, 71)).empty());
  EXPECT_NE(finding(menu(80, 72)).find("the menu takes 256 bytes of option 43, which holds 255"),
            std::string::npos);
}

TEST(SectionMenus, AreNamedByRulesAlone) {
  const std::string menus = "boot: {menus: {main: {items: [{name: A, file: a}]}}, rules: [";
  EXPECT_EQ(finding(minimal_with(menus + "{menu: mian}]}\n")),
            "boot.rules[0].menu: 'mian': boot.menus has no menu of this name; did you mean main?");
  EXPECT_EQ(finding(minimal_with(menus + "{menu: main, file: a}]}\n")),
            "boot.rules[0].menu: 'main': a file, a server or a url stands beside it; keep the menu "
            "or those");
  EXPECT_EQ(findings(minimal_with(menus + "{menu: main}, {file: b}]}\n")).size(), 0u)
      << "a menu is for PXE clients alone";
}

}  // namespace
}  // namespace stentor::config

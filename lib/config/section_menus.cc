// SPDX-License-Identifier: BSD-3-Clause
// boot.menus.
#include <algorithm>

#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

// The types from here on are for whoever wants them (PXE 2.1 section 2.3, "Boot Server Types").
constexpr std::uint16_t kFreeTypes = 0x8000;

// In option 43, with the tag and the length of each sub-option (PXE 2.1 table 2-1).
std::size_t encoded_bytes(const BootMenu& menu) {
  const std::size_t control = 3;
  const std::size_t prompt = 2 + 1 + menu.prompt.size();
  std::size_t servers = 0;
  std::size_t items = 2;
  for (const BootMenuItem& item : menu.items) {
    items += 3 + item.name.size();
    if (item.type != 0) servers += 7;
  }
  if (servers != 0) servers += 2;
  return control + servers + items + prompt + 1;
}

void read_prompt(Mapping& section, BootMenu& menu) {
  if (const auto value = section.find("prompt")) {
    assign(menu.prompt, read_text(*value, kMenuTextBytesMax));
  }
  const auto value = section.find("timeout");
  if (!value) return;
  if (value->is_word("none")) {
    menu.timeout_seconds = BootMenu::kNoTimeout;
    return;
  }
  const auto timeout = read_seconds(*value, std::chrono::seconds{0}, std::chrono::seconds{254});
  if (!timeout) return;
  menu.timeout_seconds =
      static_cast<std::uint8_t>(std::chrono::duration_cast<std::chrono::seconds>(*timeout).count());
}

// Where what the item stands for is to be had.
void read_place(const Cursor& cursor, Mapping& section, BootMenuItem& item) {
  const auto file = section.find("file");
  const auto server = section.find("server");
  const auto type = section.find("type");
  const auto local = section.find("local");
  const bool is_local = local && read_boolean(*local).value_or(false);
  if (is_local && (file || server || type)) {
    local->error("it boots from the local disk, and something else stands beside it; keep one");
    return;
  }
  if (is_local) return;
  if (type) assign(item.type, read_number<std::uint16_t>(*type, 1, 65534));
  std::optional<wire::Ipv4Address> address;
  if (server) address = read_address(*server);
  if (file) {
    BootTarget target;
    assign(target.file, read_boot_file(*file));
    target.server = address;
    item.file = std::move(target);
  } else if (section.stands("server") && section.stands("type")) {
    item.boot_server = address;
  } else if (!section.stands("file")) {
    cursor.error(
        "it names nothing to boot; give it a file, or the server and type of another boot server, "
        "or local: true");
  }
}

BootMenuItem read_item(const Cursor& cursor, const BootMenu& menu) {
  Mapping section(cursor, kMenuItemSection);
  BootMenuItem item;
  if (const auto value = section.find("name")) {
    assign(item.name, read_text(*value, kMenuTextBytesMax));
  }
  read_place(cursor, section, item);
  if (item.file && item.type == 0) {
    item.type = static_cast<std::uint16_t>(kFreeTypes + menu.items.size());
  }
  const bool is_taken =
      std::ranges::find(menu.items, item.type, &BootMenuItem::type) != menu.items.end();
  if (item.type != 0 && is_taken) {
    cursor.error("an item before it has this type, " + std::to_string(item.type) +
                 "; give one of them another");
  }
  return item;
}

BootMenu read_menu(const Cursor& cursor) {
  Mapping section(cursor, kMenuSection);
  BootMenu menu;
  read_prompt(section, menu);
  for (const Cursor& item : section.find_items("items", kMenuItemsMax)) {
    menu.items.push_back(read_item(item, menu));
  }
  if (const auto items = section.find("items")) items->refuse_empty_list();
  const std::size_t bytes = encoded_bytes(menu);
  if (bytes > kOptionBytesMax) {
    cursor.error("the menu takes " + std::to_string(bytes) + " bytes of option 43, which holds " +
                 std::to_string(kOptionBytesMax) +
                 ", and ROMs do not put two together; remove items, or shorten their names or the "
                 "prompt");
  }
  return menu;
}

}  // namespace

void read_menus(Mapping& section, std::vector<BootMenu>& menus) {
  const auto list = section.find("menus");
  if (!list) return;
  for (const auto& [key, node] : list->node().pairs()) {
    if (menus.size() == kMenusMax) {
      return list->error("there are more than " + std::to_string(kMenusMax) +
                         " menus; remove some");
    }
    const Cursor name(*key, "a name of 1 to 32 letters, digits, '.', '_' or '-'", section.report());
    const Cursor value(*node, "a menu like {items: [{name: Install, file: pxelinux.0}]}",
                       section.report());
    if (!value.check_form(kMapping)) continue;
    BootMenu menu = read_menu(value);
    // Who names it means it, also where the name is refused.
    menu.name = read_name(name).value_or(name.text());
    menus.push_back(std::move(menu));
  }
}

std::optional<std::size_t> read_menu_name(const Cursor& value, const std::vector<BootMenu>& menus) {
  const auto found = std::ranges::find(menus, value.text(), &BootMenu::name);
  if (found != menus.end()) return static_cast<std::size_t>(found - menus.begin());
  std::vector<std::string_view> names;
  names.reserve(menus.size());
  for (const BootMenu& known : menus) names.push_back(known.name);
  const std::string_view meant = find_near_miss(value.text(), names);
  value.error("boot.menus has no menu of this name" +
              (meant.empty() ? std::string("; add it there, or name another")
                             : "; did you mean " + std::string(meant) + "?"));
  return std::nullopt;
}

}  // namespace stentor::config

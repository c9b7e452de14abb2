// SPDX-License-Identifier: BSD-3-Clause
// The part of a Policy that is about boot files.
#include <algorithm>

#include "dhcp/policy.h"

namespace stentor::dhcp {

void Policy::add_boot_rules(const config::Settings& settings) {
  for (const config::BootMenu& menu : settings.boot_menus) {
    BootMenu& made = boot_menus_.emplace_back(encode_menu(menu));
    for (const config::BootMenuItem& item : menu.items) {
      if (item.file) made.items.push_back({item.type, make_target(*item.file)});
    }
  }
  for (const config::BootRule& rule : settings.boot_rules) {
    std::optional<std::uint16_t> condition;
    if (rule.match) condition = class_rules_.add_rule(*rule.match);
    boot_rules_.push_back({condition, make_target(rule.target)});
  }
}

BootTarget Policy::make_target(const config::BootTarget& target) {
  if (target.menu) {
    BootTarget made;
    made.menu = static_cast<std::uint16_t>(*target.menu);
    return made;
  }
  const bool is_ours = !target.server || find_own(*target.server) != nullptr;
  return make_boot_target(target, is_ours, owner_key_, directories_);
}

void Policy::sort_directories() {
  std::ranges::sort(directories_, {}, &BootDirectory::number);
  const auto is_same = [](const BootDirectory& a, const BootDirectory& b) {
    return a.number == b.number;
  };
  directories_.erase(std::unique(directories_.begin(), directories_.end(), is_same),
                     directories_.end());
}

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
// The part of a Policy that is about boot files.
#include <algorithm>
#include <string>

#include "base/check.h"
#include "base/path.h"
#include "config/architecture.h"
#include "dhcp/policy.h"

namespace stentor::dhcp {

using config::ClientTemplate;
using config::ClientWord;

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
  BootTarget made;
  if (target.menu) {
    made.menu = static_cast<std::uint16_t>(*target.menu);
    return made;
  }
  made.is_url = !target.url.empty();
  const auto file = ClientTemplate::parse(made.is_url ? target.url : target.file);
  CHECK(file.has_value());
  made.file = *file;
  if (made.is_url) return made;
  if (target.server) made.server = OwnAddress{*target.server};
  made.is_ours = !target.server || find_own(*target.server) != nullptr;
  if (!made.is_ours) return made;
  base::PathBuffer buffer;
  const auto path = ClientTemplate::parse(base::normalised_path(target.file, buffer).value_or(""));
  CHECK(path.has_value());
  if (path->pieces.empty()) made.catalogue_path = {path->end.begin(), path->end.end()};
  if (const auto directory = path->directory()) made.directories = add_directories(*directory);
  return made;
}

std::vector<std::uint64_t> Policy::add_directories(const ClientTemplate& directory) {
  const bool has_architecture =
      std::ranges::find(directory.pieces, ClientWord::architecture, &ClientTemplate::Piece::word) !=
      directory.pieces.end();
  if (!has_architecture) return {add_directory(directory)};
  std::vector<std::uint64_t> numbers;
  numbers.reserve(config::kArchitectures.size());
  for (const config::Architecture& known : config::kArchitectures) {
    numbers.push_back(add_directory(directory.with(ClientWord::architecture, known.name)));
  }
  return numbers;
}

// A number that another policy has for the same directory too, whatever its other boot files are.
std::uint64_t Policy::add_directory(const ClientTemplate& directory) {
  if (!directory.lasts()) return 0;
  const std::string text = directory.written();
  const std::uint64_t number =
      std::max<std::uint64_t>(base::siphash64(owner_key_, base::as_bytes(text)), 1);
  directories_.push_back({number, directory});
  return number;
}

void Policy::sort_directories() {
  std::ranges::sort(directories_, {}, &Directory::number);
  const auto is_same = [](const Directory& a, const Directory& b) { return a.number == b.number; };
  directories_.erase(std::unique(directories_.begin(), directories_.end(), is_same),
                     directories_.end());
}

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
// What `images` says of clients: folders of their own, and files that are for some of them.
#include "base/glob.h"
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

// Normalised; empty if it was refused. What read_relative_path() accepts is a path.
std::string read_path(const Cursor& value) {
  const std::optional<std::string> written = read_relative_path(value, base::kPathBytesMax);
  if (!written) return {};
  base::PathBuffer buffer;
  return std::string(base::normalised_path(*written, buffer).value_or(""));
}

void read_directory(const Cursor& value, Images& images) {
  const std::string path = read_path(value);
  if (path.empty()) return;
  auto directory = ClientTemplate::parse_directory(path);
  if (!directory) return value.unexpected(directory.error());
  images.client_directories.push_back(*std::move(directory));
}

AccessRule read_access_rule(const Cursor& item, const Settings& settings) {
  Mapping entry(item, kAccessSection);
  AccessRule rule;
  if (const auto value = entry.find("files")) {
    rule.files = read_path(*value);
    if (!rule.files.empty()) {
      const auto glob = base::Glob::parse(rule.files, settings.images.path_case);
      if (!glob) value->unexpected(glob.error());
    }
  }
  assign(rule.classes, read_class_names(entry, "classes", {settings.dhcp.classes}));
  return rule;
}

}  // namespace

void read_client_files(Mapping& section, Settings& settings) {
  Images& images = settings.images;
  for (const Cursor& item : section.find_items("client-directories", kClientDirectoriesMax)) {
    read_directory(item, images);
  }
  if (const auto value = section.find("beside-boot-file")) {
    assign(images.beside_boot_file, read_boolean(*value));
  }
  for (const Cursor& item : section.find_items("access", kAccessRulesMax)) {
    images.access.push_back(read_access_rule(item, settings));
  }
}

}  // namespace stentor::config

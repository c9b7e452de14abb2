// SPDX-License-Identifier: BSD-3-Clause
// What a client boots: of a boot rule or a reservation.
#include <string>

#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

// Whether words are known, and what is written for every client leaves room.
bool check_template(const Cursor& value, const std::string& text, std::size_t bytes_max) {
  const auto made = ClientTemplate::parse(text);
  if (!made) {
    value.unexpected(made.error());
    return false;
  }
  if (made->fixed_bytes() > bytes_max) {
    value.unexpected("it is " + std::to_string(made->fixed_bytes()) + " bytes long, at most " +
                     std::to_string(bytes_max) + " fit");
    return false;
  }
  return true;
}

std::optional<std::string> read_boot_url(const Cursor& value) {
  auto url = read_text(value, kBootUrlBytesMax);
  if (!url) return std::nullopt;
  const bool is_http = url->starts_with("http://") || url->starts_with("https://");
  const bool has_host = is_http && url->size() > url->find("://") + 3;
  if (!has_host || url->find(' ') != std::string::npos) {
    value.unexpected("not the URL of a web server");
    return std::nullopt;
  }
  if (!check_template(value, *url, kBootUrlBytesMax)) return std::nullopt;
  return url;
}

}  // namespace

std::optional<std::string> read_boot_file(const Cursor& value) {
  auto file = read_relative_path(value, base::kPathBytesMax);
  if (!file || !check_template(value, *file, kBootFileBytesMax)) return std::nullopt;
  return file;
}

std::optional<BootTarget> read_boot_target(const Cursor& cursor, Mapping& section,
                                           const std::vector<BootMenu>* menus) {
  BootTarget target;
  const auto server = section.find("server");
  if (server) target.server = read_address(*server);
  const auto file = section.find("file");
  const auto url = section.find("url");
  const auto menu = menus != nullptr ? section.find("menu") : std::nullopt;
  if (!section.stands("file") && !section.stands("url") && !menu) {
    cursor.error(menus != nullptr ? "it names nothing to boot; give it a file, a url or a menu"
                                  : "it names nothing to boot; give it a file or a url");
    return std::nullopt;
  }
  if (menu && (file || url || server)) {
    menu->error("a file, a server or a url stands beside it; keep the menu or those");
    return std::nullopt;
  }
  if (menu) {
    target.menu = read_menu_name(*menu, *menus);
    return target;
  }
  if (file && url) {
    url->error("a file stands beside it; keep one of them");
    return std::nullopt;
  }
  if (url && server) {
    server->error("the url says where it is; remove the server");
    return std::nullopt;
  }
  std::optional<std::string> read;
  if (file) read = read_boot_file(*file);
  if (url) read = read_boot_url(*url);
  if (!read) return std::nullopt;
  (file ? target.file : target.url) = *read;
  return target;
}

}  // namespace stentor::config

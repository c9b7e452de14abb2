// SPDX-License-Identifier: BSD-3-Clause
#include "storm/mac_list.h"

#include "config/file_text.h"
#include "config/report.h"
#include "storm/scenario.h"

namespace stentor::storm {
namespace {

// A million lines of an inventory.
constexpr std::size_t kBytesMax = std::size_t{64} << 20;

}  // namespace

base::Result<std::vector<wire::MacAddress>> parse_mac_list(std::string_view text,
                                                           std::string_view file_name) {
  std::vector<wire::MacAddress> macs;
  std::size_t number = 0;
  const auto fail = [&](const std::string& why) {
    return base::failure(std::string(file_name) + ":" + std::to_string(number) + ": " + why);
  };
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    line = line.substr(0, line.find_first_of(", \t\r;"));
    if (line.empty()) continue;
    const auto mac = wire::MacAddress::parse(line);
    if (!mac) {
      return fail(config::in_quotes(line) +
                  ": no MAC address; expected one like 52:54:00:12:34:56 at the line's begin");
    }
    if (macs.size() == kMachinesMax) {
      return fail("a list has at most " + std::to_string(kMachinesMax) + " addresses");
    }
    macs.push_back(*mac);
  }
  if (macs.empty()) return base::failure(std::string(file_name) + ": the list is empty");
  return macs;
}

base::Result<std::vector<wire::MacAddress>> read_mac_file(const std::string& path) {
  auto text = config::read_file_text(path, "file with one MAC address a line", kBytesMax);
  if (!text) return base::failure(path + " " + text.error().sentence);
  if (text->size() > kBytesMax) {
    return base::failure(path + " is over 64 MiB, the most a list of MAC addresses may have");
  }
  return parse_mac_list(*text, path);
}

}  // namespace stentor::storm

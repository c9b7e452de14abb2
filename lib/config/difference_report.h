// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where the parts of a comparison put what they find. Private to difference*.cc.

#include <string>
#include <string_view>
#include <utility>

#include "config/difference.h"

namespace stentor::config {

class DifferenceReport {
 public:
  [[nodiscard]] bool is_full() const {
    return difference_.changes.size() >= Difference::kChangesMax;
  }
  void add(Change change) {
    if (is_full()) return leave_out(1);
    for (std::string* text : {&change.path, &change.from, &change.to}) cut(*text);
    difference_.changes.push_back(std::move(change));
  }
  void leave_out(std::size_t count) { difference_.left_out += count; }
  Difference take() { return std::move(difference_); }

 private:
  // Never inside of a UTF-8 sequence.
  static void cut(std::string& text) {
    constexpr std::size_t kShownBytesMax = 300;
    if (text.size() <= kShownBytesMax) return;
    std::size_t length = kShownBytesMax;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) --length;
    text.resize(length);
    text += "...";
  }

  Difference difference_;
};

// What dhcp.hosts, dhcp.relays[].keys and control.tokens have from files.
void compare_hosts(const Settings& running, const Settings& next, DifferenceReport& report);
void compare_secrets(const Settings& running, const Settings& next, DifferenceReport& report);

}  // namespace stentor::config

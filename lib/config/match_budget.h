// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the matches of a configuration ask for together: each is work for every DHCP message.

#include <bitset>
#include <cstddef>
#include <string_view>

#include "config/client_match.h"
#include "config/cursor.h"

namespace stentor::config {

class MatchBudget {
 public:
  explicit MatchBudget(std::size_t conditions_max) : conditions_max_(conditions_max) {}

  // Reports, at the class or rule that goes beyond a limit; `what` is one of these two words.
  void add(const Cursor& item, std::string_view what, const ClientMatch& match);
  // Counts the options of a match whose conditions another budget has.
  void add_options(const ClientMatch& match);

 private:
  std::size_t conditions_max_;
  std::size_t conditions_ = 0;
  std::bitset<256> options_;
};

}  // namespace stentor::config

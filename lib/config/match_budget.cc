// SPDX-License-Identifier: BSD-3-Clause
#include "config/match_budget.h"

#include <string>

#include "config/limit.h"

namespace stentor::config {
namespace {

std::size_t count_conditions(const ClientMatch& match) {
  std::size_t count = match.kind == ClientMatch::Kind::test ? 1 : 0;
  for (const ClientMatch& child : match.children) count += count_conditions(child);
  return count;
}

}  // namespace

void MatchBudget::add_options(const ClientMatch& match) {
  const bool asks_option =
      match.kind == ClientMatch::Kind::test && match.test.kind == ClientTest::Kind::option;
  if (asks_option) options_.set(match.test.code);
  for (const ClientMatch& child : match.children) add_options(child);
}

void MatchBudget::add(const Cursor& item, std::string_view what, const ClientMatch& match) {
  const bool conditions_fit = conditions_ <= conditions_max_;
  const bool options_fit = options_.count() <= kMatchOptionsMax;
  conditions_ += count_conditions(match);
  add_options(match);
  const std::string with = "with this " + std::string(what);
  if (conditions_fit && conditions_ > conditions_max_) {
    item.error(with + " there are more than " + std::to_string(conditions_max_) +
               " conditions, and each is looked at for every DHCP message; put them into globs");
  }
  if (options_fit && options_.count() > kMatchOptionsMax) {
    item.error(with + " more than " + std::to_string(kMatchOptionsMax) +
               " different options are asked for; ask for fewer");
  }
}

}  // namespace stentor::config

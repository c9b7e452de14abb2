// SPDX-License-Identifier: BSD-3-Clause
#include "base/check.h"
#include "dhcp/class_rules.h"

namespace stentor::dhcp {

using config::ClientMatch;

ClassRules::ClassRules(const std::vector<config::ClientClass>& classes) {
  CHECK(classes.size() <= config::kClassesMax);
  ClassMask bit = 1;
  for (const config::ClientClass& named : classes) {
    if (named.match) {
      entries_.push_back({bit, static_cast<std::uint16_t>(tests_.size())});
      add(*named.match, kHolds, kFails);
    }
    bit <<= 1;
  }
  CHECK(tests_.size() <= config::kClassConditionsMax);
}

std::uint16_t ClassRules::add_rule(const ClientMatch& match) {
  const auto first = static_cast<std::uint16_t>(tests_.size());
  add(match, kHolds, kFails);
  CHECK(tests_.size() <= config::kClassConditionsMax + config::kBootConditionsMax);
  return first;
}

std::size_t ClassRules::size_of(const ClientMatch& match) {
  if (match.kind == ClientMatch::Kind::test) return 1;
  std::size_t size = 0;
  for (const ClientMatch& child : match.children) size += size_of(child);
  return size;
}

// Appends the tests of `match`. The configuration has no match without a test.
void ClassRules::add(const ClientMatch& match, std::uint16_t if_true, std::uint16_t if_false) {
  if (match.kind == ClientMatch::Kind::test) return add_test(match.test, if_true, if_false);
  CHECK(!match.children.empty());
  if (match.kind == ClientMatch::Kind::negation) return add(match.children[0], if_false, if_true);
  for (const ClientMatch& child : match.children) {
    const bool is_last = &child == &match.children.back();
    const auto next = static_cast<std::uint16_t>(tests_.size() + size_of(child));
    if (match.kind == ClientMatch::Kind::all) {
      add(child, is_last ? if_true : next, if_false);
    } else {
      add(child, if_true, is_last ? if_false : next);
    }
  }
}

void ClassRules::add_test(const config::ClientTest& test, std::uint16_t if_true,
                          std::uint16_t if_false) {
  Test made{.kind = test.kind,
            .value = test.value.kind,
            .code = test.code,
            .architecture = test.architecture,
            .mac = test.mac,
            .prefix = test.prefix,
            .classes = test.classes,
            .if_true = if_true,
            .if_false = if_false};
  if (test.kind == config::ClientTest::Kind::option) {
    std::uint8_t& place = option_places_[test.code];
    if (place == 0) place = ++options_asked_;
    CHECK(options_asked_ <= config::kMatchOptionsMax);
    made.place = place;
  }
  if (test.value.kind == config::ValueTest::Kind::glob) {
    const auto glob = base::Glob::parse(test.value.text, base::PathCase::exact);
    CHECK(glob.has_value());
    made.operand = static_cast<std::uint16_t>(globs_.size());
    globs_.push_back(*glob);
  } else if (test.value.kind == config::ValueTest::Kind::bytes) {
    made.operand = static_cast<std::uint16_t>(bytes_.size());
    bytes_.emplace_back(test.value.text.begin(), test.value.text.end());
  }
  tests_.push_back(made);
}

}  // namespace stentor::dhcp

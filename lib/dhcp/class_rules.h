// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The matches of dhcp.classes and boot.rules, compiled: which classes the sender of a message is
// in, and which rules are for it. Immutable; made on the control thread (class_rules_setup.cc),
// read by every worker, without allocation.
//
// A match is a list of tests that is read forwards only: each says where to go on if it holds, and
// where if it does not. So a message costs at most kClassConditionsMax tests for the classes and
// kBootConditionsMax for each look for a boot rule, each linear in the option that it looks at.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/glob.h"
#include "config/limit.h"
#include "config/settings.h"
#include "dhcp/request.h"

namespace stentor::dhcp {

using config::ClassMask;

// Options that tests ask for by their code: each as the message has it, wherever it stands there.
using SentOptions = std::array<std::optional<base::Bytes>, config::kMatchOptionsMax>;

// What the tests are about.
struct Subject {
  const Request& request;
  std::optional<wire::MacAddress> mac{};
  std::optional<wire::Ipv4Prefix> network{};  // where the client is
  bool is_reserved = false;
  bool is_relay_listed = false;  // what the relay agent says counts
  ClassMask classes = 0;         // as far as they are known
  SentOptions sent{};            // ClassRules::read_options()
};

class ClassRules {
 public:
  ClassRules() = default;
  explicit ClassRules(const std::vector<config::ClientClass>& classes);

  // Of another match than a class's; the number is for holds().
  std::uint16_t add_rule(const config::ClientMatch& match);

  // What of a message the tests ask for; the views lie in it and in `joined`.
  [[nodiscard]] SentOptions read_options(const Request& request, JoinBuffer& joined) const;
  // Adds the classes that the subject matches to those that are known.
  void find(Subject& subject) const;
  [[nodiscard]] bool holds(std::uint16_t rule, const Subject& subject) const;

 private:
  static constexpr std::uint16_t kHolds = 0xffff;
  static constexpr std::uint16_t kFails = 0xfffe;

  struct Test {
    config::ClientTest::Kind kind = config::ClientTest::Kind::reserved;
    config::ValueTest::Kind value = config::ValueTest::Kind::present;
    std::uint8_t place = 0;  // of an option, in SentOptions, plus one
    std::uint8_t code = 0;   // of a feature of iPXE, or of a relay agent's sub-option
    std::uint16_t architecture = 0;
    std::uint16_t operand = 0;  // in globs_ or bytes_
    config::MacPattern mac;
    wire::Ipv4Prefix prefix;
    ClassMask classes = 0;
    // The next test, kHolds or kFails.
    std::uint16_t if_true = kHolds;
    std::uint16_t if_false = kFails;
  };
  struct Entry {
    ClassMask bit = 0;
    std::uint16_t first = 0;  // test; kHolds or kFails: there is none to ask
  };

  void add(const config::ClientMatch& match, std::uint16_t if_true, std::uint16_t if_false);
  [[nodiscard]] static std::size_t size_of(const config::ClientMatch& match);
  void add_test(const config::ClientTest& test, std::uint16_t if_true, std::uint16_t if_false);
  [[nodiscard]] bool passes(const Test& test, const Subject& subject) const;
  [[nodiscard]] bool accepts(const Test& test, base::Bytes value) const;
  [[nodiscard]] bool accepts_uuid(const Test& test, base::Bytes uuid) const;
  [[nodiscard]] bool accepts_user_class(const Test& test, base::Bytes user_class) const;
  [[nodiscard]] bool accepts_relay_option(const Test& test, const Subject& subject,
                                          std::uint8_t sub_option) const;

  std::vector<Test> tests_;
  std::vector<Entry> entries_;
  std::vector<base::Glob> globs_;
  std::vector<std::vector<std::uint8_t>> bytes_;
  // Code -> place in SentOptions plus one; 0: nobody asks for it.
  std::array<std::uint8_t, 256> option_places_{};
  std::uint8_t options_asked_ = 0;
};

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Options that are configured for one scope (everybody, a subnet, a pool, a class, a host), encoded
// once, and the scopes that count for one client, narrowest first.
//
// Sets are immutable, made on the control thread (option_set_setup.cc) and read by every worker.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "config/settings.h"

namespace stentor::dhcp {

struct EncodedOption {
  std::uint8_t code = 0;
  bool always = false;
  // Code, length and value; several of them past 255 bytes (RFC 3396). Empty: it is not sent, and
  // what a wider scope has is not sent either.
  std::vector<std::uint8_t> bytes;
};

class OptionSet {
 public:
  OptionSet() = default;
  explicit OptionSet(const std::vector<config::DhcpOption>& options);

  // Adds what `wider` has and this set has not. What is always sent there is always sent here.
  void inherit(const OptionSet& wider);

  [[nodiscard]] bool empty() const { return options_.empty(); }
  [[nodiscard]] std::span<const EncodedOption> options() const { return options_; }  // by code
  [[nodiscard]] const EncodedOption* find(std::uint8_t code) const {
    const std::uint8_t place = places_[code];
    return place == 0 ? nullptr : &options_[place - 1U];
  }

 private:
  void number_places();

  std::vector<EncodedOption> options_;
  std::array<std::uint8_t, 256> places_{};  // code -> place in options_ plus one; 0: none
};

class OptionScopes {
 public:
  // A host, each class, a pool, and what a subnet has together with all that is wider.
  static constexpr std::size_t kScopesMax = 1 + config::kClassesMax + 1 + 1;

  // The next wider one. Sets without options cost nothing more.
  void add(const OptionSet* set) {
    if (set != nullptr && !set->empty()) sets_[count_++] = set;
  }
  [[nodiscard]] std::span<const OptionSet* const> sets() const { return {sets_.data(), count_}; }
  [[nodiscard]] const EncodedOption* find(std::uint8_t code) const {
    for (const OptionSet* set : sets()) {
      if (const EncodedOption* option = set->find(code)) return option;
    }
    return nullptr;
  }

 private:
  std::array<const OptionSet*, kScopesMax> sets_;  // the first count_
  std::size_t count_ = 0;
};

}  // namespace stentor::dhcp

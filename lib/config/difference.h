// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is different between two configurations, by the paths of their keys, for people. Control
// thread.
//
// Their documents are compared and not their settings, so no key can be forgotten. Quotes, anchors,
// comments, the order of keys, a list of one value in place of the value, and a key that says what
// holds without it (key.h) are no difference; values count as they are written, so "60m" is not
// "1h". Items of lists are told apart by what names them: a subnet, a pool's range, a class, what a
// reservation knows its machine by, the match of a boot rule; others by all that they say. What the
// files say that a document names is compared too: hosts by their names, secrets as equal or not.

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.h"

namespace stentor::config {

struct Change {
  enum class Kind : std::uint8_t { added, removed, changed };

  Kind kind = Kind::changed;
  std::string path{};    // "dhcp.subnets[10.20.0.0/16].pools[10.20.1.1-10.20.1.9]"
  std::string from{};    // on one line, cut where it is long; empty: the path says all
  std::string to{};      // likewise
  std::string absent{};  // of what was added or removed: what holds without it, where there is one

  // "~ PATH: FROM -> TO", "+ PATH: TO", "- PATH: FROM".
  [[nodiscard]] std::string text() const;
};

struct Difference {
  static constexpr std::size_t kChangesMax = 1000;

  std::vector<Change> changes{};  // as they stand in the files: `running`, then what is new
  std::size_t left_out = 0;       // beyond kChangesMax; of hosts, at least
};

// Both have been read (Settings::source).
Difference difference(const Settings& running, const Settings& next);

}  // namespace stentor::config

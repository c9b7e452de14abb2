// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A machine that an operator says something about while the appliance runs (DESIGN section 8): over
// what the configuration says of it, field by field. Kept in the lease database.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "wire/address.h"

namespace stentor::config {

struct RunTimeHost {
  wire::MacAddress mac{};
  std::optional<wire::Ipv4Address> address{};
  std::string hostname{};              // empty: as configured; so are the next two
  std::vector<std::string> classes{};  // besides those that it matches
  std::string boot_file{};             // a ClientTemplate; before every boot rule
  bool is_local = false;               // it is told no boot file, and goes on to its disk
  // Told in place of all that, until its last block has been acknowledged; a path without words.
  std::string boot_once{};   // empty: none
  bool is_for_ipxe = false;  // of boot_once: firmware is told what it is told else

  friend bool operator==(const RunTimeHost&, const RunTimeHost&) = default;

  // Nothing is said about it.
  [[nodiscard]] bool is_empty() const {
    return !address && hostname.empty() && classes.empty() && boot_file.empty() && !is_local &&
           boot_once.empty();
  }
};

// Names of classes with commas between them, which no name has in it.
std::vector<std::string> names_in(std::string_view text);

// What is wrong with it under any configuration, in a sentence; nullopt: nothing.
std::optional<std::string> flaw_of(const RunTimeHost& host);

// What of it does not count under this one: an address of no subnet, or that is taken; a class that
// there is not. A sentence each.
std::vector<std::string> obstacles_of(const RunTimeHost& host, const Settings& settings);
// Its address, if it counts under this one.
std::optional<wire::Ipv4Address> address_of(const RunTimeHost& host, const Settings& settings);
// Its classes, as far as there are such.
ClassMask classes_of(const RunTimeHost& host, const Settings& settings);

}  // namespace stentor::config

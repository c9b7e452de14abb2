// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The DHCP options that a configuration can set by name, named as Kea and IANA name them, and those
// that it cannot, because the server makes them itself.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace stentor::config {

enum class OptionType : std::uint8_t {
  address,
  address_list,
  address_pairs,  // (destination, router) and the like, written flat
  uint8,
  uint16,
  uint16_list,
  uint32,
  int32,
  boolean,
  seconds,         // written as a duration, sent as 32 bits
  text,            // without a terminating zero (RFC 2132 section 2)
  domain_name,     // sent as text (RFC 2132)
  domain_list,     // sent as labels (RFC 1035 section 3.1)
  route_list,      // RFC 3442
  binary,          // bytes in hexadecimal, or text
  sub_options,     // options in an option, by number; or as bytes
  vendor_options,  // the same of vendors, by enterprise number (RFC 3925)
};

struct OptionDefinition {
  std::uint8_t code;
  OptionType type;
  std::string_view name;
  std::uint32_t min = 0;  // of numbers
  std::uint32_t max = 0;  // 0: what the type holds
};

struct OwnedOption {
  std::uint8_t code;
  std::string_view name;
  std::string_view remedy;  // what to do instead, a sentence without its full stop
};

// Options that a configuration defines itself. Their names are the file's text, and live as long.
using CustomOptions = std::vector<OptionDefinition>;

std::span<const OptionDefinition> option_definitions();
std::span<const OwnedOption> owned_options();

const OptionDefinition* find_option(std::string_view name);
const OptionDefinition* find_option(std::uint8_t code);
const OwnedOption* find_owned_option(std::string_view name);
const OwnedOption* find_owned_option(std::uint8_t code);

}  // namespace stentor::config

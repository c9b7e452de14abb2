// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A DHCP option's value from the configuration to the bytes that are sent.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/cursor.h"
#include "config/option_definition.h"

namespace stentor::config {

using OptionBytes = std::vector<std::uint8_t>;

// What may be written for an option, to follow "expected".
std::string option_expectation(const OptionDefinition& definition);

// Whether a value may be a mapping of the option's own.
bool takes_mapping(OptionType type);

// 1 to 255 bytes, of lists and vendors' options more. A value that does not fit is reported.
std::optional<OptionBytes> encode_option(const Cursor& value, const OptionDefinition& definition);

// For a code that has no definition: "0x0a1b" is bytes in hexadecimal, other text is sent as it is,
// a number is refused (nobody knows how wide it would be).
std::optional<OptionBytes> encode_raw_option(const Cursor& value);

}  // namespace stentor::config

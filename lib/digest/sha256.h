// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A SHA-256 value (FIPS 180-4) and its text form.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace stentor::digest {

using Sha256 = std::array<std::uint8_t, 32>;

// 64 lower-case hexadecimal digits.
std::string hex_of(const Sha256& hash);

// 64 hexadecimal digits of either case; anything else: nullopt.
std::optional<Sha256> parse_hex(std::string_view digits);

}  // namespace stentor::digest

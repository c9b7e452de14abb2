// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Bytes as hexadecimal text: how test data stands in the tree, where it can be read and reviewed.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::support {

// Pairs of digits; blanks between pairs are skipped. Nullopt if anything else is in `text`.
std::optional<std::vector<std::uint8_t>> parse_hex(std::string_view text);

std::string hex_of(std::span<const std::uint8_t> bytes);

}  // namespace stentor::support

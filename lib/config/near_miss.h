// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// "did you mean": the known word that a misspelt one is likely to stand for.

#include <span>
#include <string>
#include <string_view>

namespace stentor::config {

// The closest of `known`, if so few letters differ (inserted, missing, replaced or swapped with
// their neighbour) that it was probably meant; else empty.
std::string_view find_near_miss(std::string_view word, std::span<const std::string_view> known);

// "a, b and c"
std::string enumerate(std::span<const std::string_view> words);

}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Why a frame got no answer. One list (drop_reasons.def) for everybody.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <tl/expected.hpp>

namespace stentor::wire {

enum class DropReason : std::uint8_t {
#define STENTOR_DROP(name, meaning) name,
#include "wire/drop_reasons.def"
#undef STENTOR_DROP
};

struct DropReasonText {
  std::string_view name;
  std::string_view meaning;
};

inline constexpr std::array kDropReasons = {
#define STENTOR_DROP(name, meaning) DropReasonText{#name, meaning},
#include "wire/drop_reasons.def"
#undef STENTOR_DROP
};

inline constexpr std::size_t kDropReasonCount = kDropReasons.size();

constexpr const DropReasonText& describe(DropReason reason) {
  return kDropReasons[static_cast<std::size_t>(reason)];
}

// What a parser of wire bytes returns.
template <typename T>
using Parsed = tl::expected<T, DropReason>;

inline tl::unexpected<DropReason> drop(DropReason reason) {
  return tl::unexpected<DropReason>(reason);
}

}  // namespace stentor::wire

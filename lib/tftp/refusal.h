// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Why a request was answered with an ERROR. One list (refusals.def) for everybody.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tftp/packet.h"

namespace stentor::tftp {

enum class Refusal : std::uint8_t {
#define STENTOR_REFUSAL(name, code, told, meaning) name,
#include "tftp/refusals.def"
#undef STENTOR_REFUSAL
};

struct RefusalText {
  std::string_view name;
  ErrorCode code;
  std::string_view told;  // on the wire
  std::string_view meaning;
};

inline constexpr std::array kRefusals = {
#define STENTOR_REFUSAL(name, code, told, meaning) \
  RefusalText{#name, ErrorCode::code, told, meaning},
#include "tftp/refusals.def"
#undef STENTOR_REFUSAL
};

inline constexpr std::size_t kRefusalCount = kRefusals.size();

constexpr const RefusalText& describe(Refusal refusal) {
  return kRefusals[static_cast<std::size_t>(refusal)];
}

// An ERROR, whole or without its text if that would make it longer than `bytes_max`; its length,
// kErrorBytesMin at least; 0 if it does not fit `out`.
std::size_t write_refusal(base::MutableBytes out, Refusal refusal, std::size_t bytes_max);

}  // namespace stentor::tftp

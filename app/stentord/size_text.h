// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Sizes as the log has them.

#include <cstdint>
#include <fmt/format.h>
#include <string>

namespace stentor {

inline std::string mebibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

}  // namespace stentor

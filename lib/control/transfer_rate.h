// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace stentor::control {

// Bytes a second; 0: not known, in no time.
inline std::uint64_t bytes_a_second(std::uint64_t bytes, base::Duration took) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  if (us <= 0) return 0;
  return static_cast<std::uint64_t>(static_cast<double>(bytes) * 1e6 / static_cast<double>(us));
}

}  // namespace stentor::control

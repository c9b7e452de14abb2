// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Counts every operator new of a test program that lists allocation_trap.cc among its sources (not
// a library: whoever links it replaces the operators).

#include <cstdint>

namespace stentor::support {

[[nodiscard]] std::uint64_t allocations();
[[nodiscard]] std::uint64_t allocated_bytes();  // by all of them, freed or not

}  // namespace stentor::support

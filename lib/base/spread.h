// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A number whose low bits depend on all of another's: for hash tables whose keys no stranger
// chooses, such as the MAC addresses of the operator's own machines, which share a vendor's prefix.

#include <cstdint>

namespace stentor::base {

// The finaliser of MurmurHash3; without a secret, and one to one.
constexpr std::uint64_t spread(std::uint64_t key) {
  key = (key ^ key >> 33) * 0xff51afd7ed558ccdU;
  key = (key ^ key >> 33) * 0xc4ceb9fe1a85ec53U;
  return key ^ key >> 33;
}

}  // namespace stentor::base

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The kinds of names that reservations know machines by. All but whole MAC addresses are found by a
// hash of kind and name.

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/big_endian.h"
#include "base/bytes.h"

namespace stentor::config::name_kind {

inline constexpr std::uint8_t kClientIdentifier = 0;
inline constexpr std::uint8_t kUuid = 1;
inline constexpr std::uint8_t kCircuitAndRemote = 2;  // pair_of() them
inline constexpr std::uint8_t kCircuit = 3;
inline constexpr std::uint8_t kRemote = 4;
inline constexpr std::uint8_t kMac = 5;

// Both as one name: no two different pairs give the same bytes. Each is 255 bytes long at most.
using PairBuffer = std::array<std::uint8_t, 1 + 2 * std::size_t{255}>;
inline base::Bytes pair_of(base::Bytes circuit, base::Bytes remote, PairBuffer& buffer) {
  base::Writer writer(buffer);
  writer.write(static_cast<std::uint8_t>(circuit.size()));
  writer.write(circuit);
  writer.write(remote);
  return base::Bytes(buffer).first(writer.size());
}

}  // namespace stentor::config::name_kind

// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>

#include "base/big_endian.h"
#include "lease/lease.h"

namespace stentor::lease {

namespace {

// A hardware address or a client identifier in one option fits; what RFC 3396 concatenates may not.
constexpr std::size_t kIdentifierBytesMax = 255;
constexpr std::size_t kHeaderBytes = 9;

}  // namespace

Owner owner_of(const base::HashKey& key, std::uint32_t network, std::uint8_t kind,
               base::Bytes identifier) {
  // network, kind and length first: no two different triples give the same input.
  std::array<std::uint8_t, kHeaderBytes + kIdentifierBytesMax> input;
  base::Writer writer(input);
  writer.write(network);
  writer.write(kind);
  writer.write(static_cast<std::uint32_t>(identifier.size()));
  if (identifier.size() <= kIdentifierBytesMax) {
    writer.write(identifier);
  } else {
    const base::Hash128 digest = base::siphash128(key, identifier);
    writer.write(digest.low);
    writer.write(digest.high);
  }
  return {base::siphash128(key, base::Bytes{input}.first(writer.size()))};
}

}  // namespace stentor::lease

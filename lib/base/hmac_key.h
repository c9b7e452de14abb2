// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A secret as HMAC needs it (RFC 2104 section 2), for hashes with blocks of 64 bytes, like SHA-1:
// the two blocks that are hashed before the text and before its hash.

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/check.h"

namespace stentor::base {

struct HmacKey {
  static constexpr std::size_t kBlockBytes = 64;
  using Block = std::array<std::uint8_t, kBlockBytes>;

  Block inner;
  Block outer;

  // A secret longer than a block would have to be hashed first: there is none here.
  static HmacKey of(Bytes secret) {
    CHECK(secret.size() <= kBlockBytes);
    HmacKey key;
    key.inner.fill(0x36);
    key.outer.fill(0x5c);
    for (std::size_t i = 0; i < secret.size(); ++i) {
      key.inner[i] ^= secret[i];
      key.outer[i] ^= secret[i];
    }
    return key;
  }
};

}  // namespace stentor::base

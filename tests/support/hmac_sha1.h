// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// HMAC-SHA1 written out as RFC 3174 section 6.1 and RFC 2104 section 2 have it, without a line of
// lib/ and without its libraries: what the server's is compared with.

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace stentor::support {

using HashBytes = std::vector<std::uint8_t>;

inline HashBytes sha1(HashBytes text) {
  const std::uint64_t bits = std::uint64_t{text.size()} * 8;
  text.push_back(0x80);
  while (text.size() % 64 != 56) text.push_back(0);
  for (int shift = 56; shift >= 0; shift -= 8) {
    text.push_back(static_cast<std::uint8_t>(bits >> shift));
  }
  std::array<std::uint32_t, 5> h{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  for (std::size_t block = 0; block < text.size(); block += 64) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < 64; ++i) w[i / 4] = w[i / 4] << 8 | text[block + i];
    for (std::size_t t = 16; t < 80; ++t) {
      w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    }
    auto [a, b, c, d, e] = h;
    for (std::size_t t = 0; t < 80; ++t) {
      std::uint32_t f = b ^ c ^ d;
      std::uint32_t k = t < 20   ? 0x5a827999
                        : t < 40 ? 0x6ed9eba1
                        : t < 60 ? 0x8f1bbcdc
                                 : 0xca62c1d6;
      if (t < 20) f = (b & c) | (~b & d);
      if (t >= 40 && t < 60) f = (b & c) | (b & d) | (c & d);
      const std::uint32_t next = std::rotl(a, 5) + f + e + w[t] + k;
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    }
    h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
  }
  HashBytes hash;
  for (const std::uint32_t word : h) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      hash.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  return hash;
}

inline HashBytes hmac_sha1(HashBytes key, const HashBytes& text) {
  if (key.size() > 64) key = sha1(key);
  key.resize(64);
  HashBytes inner;
  HashBytes outer;
  for (const std::uint8_t byte : key) {
    inner.push_back(byte ^ 0x36);
    outer.push_back(byte ^ 0x5c);
  }
  inner.insert(inner.end(), text.begin(), text.end());
  const HashBytes hash = sha1(inner);
  outer.insert(outer.end(), hash.begin(), hash.end());
  return sha1(outer);
}

}  // namespace stentor::support

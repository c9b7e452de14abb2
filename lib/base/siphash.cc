// SPDX-License-Identifier: BSD-3-Clause
#include "base/siphash.h"

#include <bit>
#include <cstring>

namespace stentor::base {

namespace {

struct State {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  }

  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }

  std::uint64_t finish() {
    round();
    round();
    round();
    round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

// SipHash reads words little-endian, which every supported host is.
static_assert(std::endian::native == std::endian::little);

State keyed(const HashKey& key) {
  return {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
          key[1] ^ 0x7465646279746573};
}

void absorb_all(State& state, Bytes input) {
  const std::uint64_t length = input.size();
  while (input.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, input.data(), sizeof word);
    state.absorb(word);
    input = input.subspan(8);
  }
  std::uint64_t last = length << 56;
  for (std::size_t i = 0; i < input.size(); ++i) last |= std::uint64_t{input[i]} << (8 * i);
  state.absorb(last);
}

}  // namespace

std::uint64_t siphash64(const HashKey& key, Bytes input) {
  State state = keyed(key);
  absorb_all(state, input);
  state.v2 ^= 0xff;
  return state.finish();
}

Hash128 siphash128(const HashKey& key, Bytes input) {
  State state = keyed(key);
  state.v1 ^= 0xee;
  absorb_all(state, input);
  state.v2 ^= 0xee;
  const std::uint64_t low = state.finish();
  state.v1 ^= 0xdd;
  return {low, state.finish()};
}

}  // namespace stentor::base

// SPDX-License-Identifier: BSD-3-Clause
#include "wire/flow_hash.h"

#include <bit>

namespace stentor::wire {

namespace {

// Both halves of the full product: every input bit reaches every output bit.
std::uint64_t multiply_folded(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

std::uint64_t mixed(std::uint64_t key, std::uint64_t flow) {
  // Odd constants: the bits of the golden ratio and of the square root of two. The key goes into
  // both factors, so that which flows collide depends on it.
  const std::uint64_t once = multiply_folded(flow ^ key, 0x9e3779b97f4a7c15 ^ std::rotl(key, 29));
  return multiply_folded(once ^ key, 0x6a09e667f3bcc909);
}

std::uint64_t flow_hash(std::uint64_t key, Ipv4Address address, std::uint16_t port,
                        std::uint16_t other_port) {
  return mixed(key, std::uint64_t{address.host()} << 32 | std::uint64_t{port} << 16 |
                        std::uint64_t{other_port});
}

}  // namespace stentor::wire

// SPDX-License-Identifier: BSD-3-Clause
// Goal: flows spread evenly over a table, and how they do depends on the key alone.
#include "wire/flow_hash.h"

#include <algorithm>
#include <array>
#include <bit>
#include <gtest/gtest.h>

namespace stentor::wire {
namespace {

constexpr std::uint64_t kKey = 0x0123456789abcdef;

// The most that one of 256 buckets gets of 65,536 flows: 256 is even; 400 is nine standard
// deviations off.
template <typename Bucket>
std::size_t fullest_bucket(std::uint64_t key, Bucket bucket) {
  std::array<std::size_t, 256> counts{};
  for (std::uint32_t client = 0; client < 65536; ++client) {
    const auto port = static_cast<std::uint16_t>(49152 + client % 4);
    ++counts[bucket(flow_hash(key, Ipv4Address{0x0a140000 + client}, port, 2070))];
  }
  return *std::max_element(counts.begin(), counts.end());
}

TEST(FlowHash, SpreadsNeighbouringClientsOverLowAndHighBits) {
  for (const std::uint64_t key : {std::uint64_t{0}, std::uint64_t{1}, kKey, ~std::uint64_t{0}}) {
    EXPECT_LT(fullest_bucket(key, [](std::uint64_t hash) { return hash & 0xff; }), 400u) << key;
    EXPECT_LT(fullest_bucket(key, [](std::uint64_t hash) { return hash >> 56; }), 400u) << key;
  }
}

TEST(FlowHash, ChangesHalfItsBitsWithAnyBitOfItsInput) {
  const std::uint64_t before = flow_hash(kKey, Ipv4Address{0x0a140005}, 2070, 49200);
  int changed = 0;
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t flip = std::uint64_t{1} << bit;
    const auto address = static_cast<std::uint32_t>(flip >> 32);
    const auto port = static_cast<std::uint16_t>(flip >> 16);
    const auto other = static_cast<std::uint16_t>(flip);
    const std::uint64_t after =
        flow_hash(kKey, Ipv4Address{0x0a140005 ^ address}, static_cast<std::uint16_t>(2070 ^ port),
                  static_cast<std::uint16_t>(49200 ^ other));
    EXPECT_GT(std::popcount(before ^ after), 10) << bit;
    changed += std::popcount(before ^ after);
  }
  EXPECT_NEAR(changed / 64.0, 32.0, 3.0);
}

TEST(FlowHash, PutsFlowsThatShareABucketApartUnderAnotherKey) {
  // Whoever has found flows of one bucket under one key gains nothing under another.
  std::size_t together = 0;
  std::size_t found = 0;
  const std::uint64_t aim = flow_hash(kKey, Ipv4Address{1}, 1) & 0xff;
  const std::uint64_t other_aim = flow_hash(kKey + 1, Ipv4Address{1}, 1) & 0xff;
  for (std::uint32_t client = 2; found < 400; ++client) {
    if ((flow_hash(kKey, Ipv4Address{client}, 1) & 0xff) != aim) continue;
    ++found;
    if ((flow_hash(kKey + 1, Ipv4Address{client}, 1) & 0xff) == other_aim) ++together;
  }
  EXPECT_LT(together, 20u);
}

}  // namespace
}  // namespace stentor::wire

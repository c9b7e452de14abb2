// SPDX-License-Identifier: BSD-3-Clause
// Goal: every address has the count that it should, through any order of beginnings and ends, up to
// a full table.
#include "worker/client_counts.h"

#include <gtest/gtest.h>
#include <map>

#include "base/random.h"

namespace stentor::worker {
namespace {

TEST(ClientCounts, CountsTheAddressOfAllOnesAndOfZeroToo) {
  ClientCounts counts(2, 1);
  for (const wire::Ipv4Address client : {wire::Ipv4Address{0}, wire::Ipv4Address{0xffffffff}}) {
    EXPECT_EQ(counts.of(client), 0u);
    counts.add(client);
    EXPECT_EQ(counts.of(client), 1u);
    counts.remove(client);
    EXPECT_EQ(counts.of(client), 0u);
  }
}

TEST(ClientCounts, AgreesWithAMapOverRandomOperations) {
  constexpr std::uint32_t kTransfersMax = 64;
  base::Random random(6);
  ClientCounts counts(kTransfersMax, 77);
  std::map<std::uint32_t, std::uint32_t> known;
  std::uint32_t live = 0;
  for (int step = 0; step < 20'000; ++step) {
    // As many addresses as transfers: the table is as full as it can be, or an address has many.
    const auto client = static_cast<std::uint32_t>(random.below(kTransfersMax));
    if (known[client] != 0 && random.chance(0.5)) {
      counts.remove(wire::Ipv4Address{client});
      --known[client];
      --live;
    } else if (live < kTransfersMax) {
      counts.add(wire::Ipv4Address{client});
      ++known[client];
      ++live;
    }
    for (const auto& [address, transfers] : known) {
      ASSERT_EQ(counts.of(wire::Ipv4Address{address}), transfers) << address;
    }
  }
}

}  // namespace
}  // namespace stentor::worker

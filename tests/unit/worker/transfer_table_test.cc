// SPDX-License-Identifier: BSD-3-Clause
// Goal: every live transfer is found by its client, no dead one is, through any order of beginnings
// and ends, up to a full table.
#include "worker/transfer_table.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <vector>

#include "base/random.h"
#include "wire/flow_hash.h"

namespace stentor::worker {
namespace {

LiveTransfer transfer_of(std::uint32_t client, std::uint16_t port) {
  LiveTransfer transfer{.state = tftp::Transfer({}, {}, 0, {})};
  transfer.header = wire::DataHeader({}, {.source = wire::Ipv4Address{0x0a000001},
                                          .destination = wire::Ipv4Address{client},
                                          .source_port = 50000,
                                          .destination_port = port});
  return transfer;
}

TEST(TransferTable, TellsTwoPortsOfOneClientApart) {
  TransferTable table(8, 1);
  const TransferIndex first = table.add(transfer_of(0x0a000005, 2070));
  const TransferIndex second = table.add(transfer_of(0x0a000005, 2071));
  EXPECT_NE(first, second);
  EXPECT_EQ(table.find(wire::Ipv4Address{0x0a000005}, 2070), first);
  EXPECT_EQ(table.find(wire::Ipv4Address{0x0a000005}, 2071), second);
  EXPECT_EQ(table.find(wire::Ipv4Address{0x0a000006}, 2070), kNoTransfer);
}

TEST(TransferTable, RefusesOneMoreThanItsCapacity) {
  TransferTable table(3, 1);
  for (std::uint16_t port = 1; port <= 3; ++port) {
    EXPECT_NE(table.add(transfer_of(9, port)), kNoTransfer);
  }
  EXPECT_EQ(table.add(transfer_of(9, 4)), kNoTransfer);
  table.erase(table.find(wire::Ipv4Address{9}, 2));
  EXPECT_NE(table.add(transfer_of(9, 4)), kNoTransfer);
  EXPECT_EQ(table.live(), 3u);
}

TEST(TransferTable, AgreesWithAMapOverRandomOperations) {
  base::Random random(5);
  TransferTable table(200, 77);
  std::map<std::pair<std::uint32_t, std::uint16_t>, TransferIndex> known;
  for (int step = 0; step < 50'000; ++step) {
    const auto client = static_cast<std::uint32_t>(random.below(40));
    const auto port = static_cast<std::uint16_t>(random.below(10));
    const TransferIndex found = table.find(wire::Ipv4Address{client}, port);
    const auto expected = known.find({client, port});
    ASSERT_EQ(found, expected == known.end() ? kNoTransfer : expected->second);
    if (found != kNoTransfer) {
      table.erase(found);
      known.erase(expected);
    } else if (const TransferIndex index = table.add(transfer_of(client, port));
               index != kNoTransfer) {
      known[{client, port}] = index;
    } else {
      ASSERT_EQ(known.size(), 200u);
    }
    ASSERT_EQ(table.live(), known.size());
    const auto of_client = std::ranges::count_if(
        known, [&](const auto& entry) { return entry.first.first == client; });
    ASSERT_EQ(std::ptrdiff_t{table.live_of(wire::Ipv4Address{client})}, of_client);
  }
}

TEST(TransferTable, KeepsTheRestOfAFullTableWhenHalfOfItEnds) {
  for (const std::uint32_t capacity : {1u, 2u, 3u, 16u, 16'384u}) {
    base::Random random(capacity);
    TransferTable table(capacity, 5);
    std::vector<TransferIndex> known(capacity, kNoTransfer);
    for (int round = 0; round < 3; ++round) {
      for (std::uint32_t client = 0; client < capacity; ++client) {
        if (known[client] == kNoTransfer) known[client] = table.add(transfer_of(client, 2070));
      }
      for (std::uint32_t i = 0; i < capacity / 2 + 1; ++i) {
        TransferIndex& transfer = known[random.below(capacity)];
        if (transfer != kNoTransfer) table.erase(transfer);
        transfer = kNoTransfer;
      }
      for (std::uint32_t client = 0; client < capacity; ++client) {
        ASSERT_EQ(table.find(wire::Ipv4Address{client}, 2070), known[client]) << capacity;
      }
    }
  }
}

// One run of 64 cells, four homes and the end of the array in it: what stands far from its home is
// asked for it.
TEST(TransferTable, KeepsTheRestOfALongRunWhicheverOfItEnds) {
  constexpr std::uint64_t kKey = 5;
  constexpr std::uint32_t kClients = 64;
  const auto home_of = [](std::uint32_t client) {
    return wire::flow_hash(kKey, wire::Ipv4Address{client}, 2070) % 128;
  };
  std::vector<std::uint32_t> clients;
  for (std::uint32_t client = 0; clients.size() < kClients; ++client) {
    if (home_of(client) >= 124) clients.push_back(client);
  }
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    TransferTable table(kClients, kKey);
    for (const std::uint32_t client : clients) table.add(transfer_of(client, 2070));
    base::Random random(seed);
    std::vector<std::uint32_t> left = clients;
    while (!left.empty()) {
      const auto ended = left.begin() + static_cast<std::ptrdiff_t>(random.below(left.size()));
      table.erase(table.find(wire::Ipv4Address{*ended}, 2070));
      ASSERT_EQ(table.find(wire::Ipv4Address{*ended}, 2070), kNoTransfer);
      const std::uint64_t home = home_of(*ended);
      left.erase(ended);
      ASSERT_EQ(table.homes().has(home), std::ranges::count(left, home, home_of) != 0);
      for (const std::uint32_t client : left) {
        ASSERT_NE(table.find(wire::Ipv4Address{client}, 2070), kNoTransfer) << seed;
      }
    }
  }
}

// A quarter of them does not stand where the search begins.
TEST(TransferTable, TellsWhichRecordALookUpWillWant) {
  constexpr std::uint32_t kClients = 1000;
  TransferTable table(kClients, 3);
  for (std::uint32_t client = 0; client < kClients; ++client) table.add(transfer_of(client, 2070));
  for (std::uint32_t client = 0; client < kClients; ++client) {
    const wire::Ipv4Address address{client};
    ASSERT_EQ(table.candidate_of(table.hash_of(address, 2070)), table.find(address, 2070));
  }
  const wire::Ipv4Address stranger{kClients};
  EXPECT_EQ(table.candidate_of(table.hash_of(stranger, 2070)), kNoTransfer);
}

}  // namespace
}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A lease table with memory of its own, and short words for its tests.

#include <cstdlib>
#include <gtest/gtest.h>
#include <memory>
#include <vector>

#include "lease/table.h"

namespace stentor::lease {

using std::chrono::minutes;
using std::chrono::seconds;

inline base::Time at_second(std::int64_t second) { return base::Time{seconds{second}}; }

inline wire::Ipv4Address ip(std::uint32_t host) { return wire::Ipv4Address{0x0a000000 + host}; }

inline Owner owner(std::uint64_t number) { return {{number, ~number}}; }

struct OwnTable {
  explicit OwnTable(std::vector<PoolRange> pools, std::vector<wire::Ipv4Address> reserved = {})
      : plan(pools, reserved),
        memory(std::calloc(1, Table::bytes_needed(plan) + 64), &std::free),
        table(plan, aligned()) {}

  base::MutableBytes aligned() {
    void* at = memory.get();
    std::size_t room = Table::bytes_needed(plan) + 64;
    std::align(64, Table::bytes_needed(plan), at, room);
    return {static_cast<std::uint8_t*>(at), Table::bytes_needed(plan)};
  }

  const Plan plan;
  const std::unique_ptr<void, decltype(&std::free)> memory;
  Table table;
};

// Pool 0 is 10.0.0.1 to 10.0.0.`count`.
struct TableTest : ::testing::Test {
  void make(std::uint32_t count, std::vector<wire::Ipv4Address> reserved = {}) {
    own =
        std::make_unique<OwnTable>(std::vector<PoolRange>{{ip(1), ip(count)}}, std::move(reserved));
  }
  Table& table() { return own->table; }

  Outcome<Lease> offer(std::uint64_t number, base::Time now,
                       std::optional<wire::Ipv4Address> wanted = {}) {
    return table().offer(owner(number), pools, wanted, now, seconds{60});
  }
  // offer() and bind() for `length`.
  Lease lease(std::uint64_t number, base::Time now, base::Duration length) {
    const auto offered = offer(number, now);
    EXPECT_TRUE(offered.has_value()) << "owner " << number;
    if (!offered) return {};
    const auto bound = table().bind(owner(number), offered->address, now, now + length);
    EXPECT_TRUE(bound.has_value()) << "owner " << number;
    return bound.value_or(Lease{});
  }

  std::unique_ptr<OwnTable> own;
  std::vector<PoolId> pools{0};
  const base::Time start = at_second(1000);
};

}  // namespace stentor::lease

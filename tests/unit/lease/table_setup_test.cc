// SPDX-License-Identifier: BSD-3-Clause
// Goal: a table fits the memory that it asks for, and that is no more than 96 bytes an address.
#include "table_fixture.h"

namespace stentor::lease {
namespace {

TEST(TableSetup, NeedsAtMost96BytesAnAddress) {
  for (const std::uint32_t count : {256u, 4096u, 65'536u, 65'537u, 1'000'000u, 16'777'216u}) {
    const PoolRange pools[] = {{ip(0), wire::Ipv4Address{0x0a000000 + count - 1}}};
    const Plan plan(pools, {});
    EXPECT_LE(Table::bytes_needed(plan), std::size_t{96} * count) << count;
  }
}

TEST(TableSetup, OfNoAddressRefusesEverything) {
  OwnTable own({});
  EXPECT_EQ(own.table.offer(owner(1), {}, ip(1), at_second(1), seconds{60}).error(),
            Refusal::exhausted);
  EXPECT_FALSE(own.table.find(owner(1)));
  own.table.sweep(at_second(1), 100);
  own.table.touch(ip(1), at_second(1));
  EXPECT_EQ(own.table.census(at_second(1)).free, 0u);
}

TEST(TableSetup, OfSixteenMillionAddressesStartsAtOnceAndServes) {
  constexpr std::uint32_t kCount = 16'777'216;
  OwnTable own({{ip(0), wire::Ipv4Address{0x0a000000 + kCount - 1}}});
  const PoolId pool[] = {0};
  for (std::uint64_t i = 0; i < 100; ++i) {
    const auto lease = own.table.offer(owner(i), pool, {}, at_second(1), seconds{60});
    ASSERT_TRUE(lease);
    EXPECT_EQ(lease->address.host(), 0x0a000000 + i);
  }
  const wire::Ipv4Address last{0x0a000000 + kCount - 1};
  const auto lease = own.table.offer(owner(1000), pool, last, at_second(1), seconds{60});
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->address, last);
}

TEST(TableSetupDeathTest, RefusesMemoryThatIsTooSmall) {
  const PoolRange pools[] = {{ip(1), ip(9)}};
  const Plan plan(pools, {});
  alignas(64) std::array<std::uint8_t, 128> memory{};
  EXPECT_DEATH(Table(plan, memory), "does not hold");
}

}  // namespace
}  // namespace stentor::lease

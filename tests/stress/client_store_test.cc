// SPDX-License-Identifier: BSD-3-Clause
// Goal: what is known of a client is never torn, and never another's, while addresses change owners
// under the reader and several workers write.
#include "lease/client_store.h"

#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <memory>

#include "base/random.h"
#include "crew.h"

namespace stentor::lease {
namespace {

using std::chrono::seconds;

constexpr PoolId kPools[] = {0};
constexpr unsigned kCrew = 4;
constexpr std::uint32_t kAddresses = 2;
constexpr std::uint64_t kOwners = 8;

wire::Ipv4Address ip(std::uint32_t host) { return wire::Ipv4Address{0x0a000000 + host}; }
Owner owner(std::uint64_t number) { return {{number, number * 77}}; }

// Every field follows from the owner's number and how often it has been noted.
ClientFacts facts(std::uint64_t number, std::uint64_t round) {
  const std::uint64_t seed = number << 32 | (round & 0xffffff);
  ClientFacts made{.classes = seed * 3,
                   .class_list = static_cast<std::uint32_t>(round * 5),
                   .boot_directory = seed * 7};
  made.serial = static_cast<std::uint32_t>(round * 11);
  made.mac = wire::MacAddress{
      {2, static_cast<std::uint8_t>(number), 0, static_cast<std::uint8_t>(round >> 16),
       static_cast<std::uint8_t>(round >> 8), static_cast<std::uint8_t>(round)}};
  return made;
}

std::uint64_t number_of(const ClientFacts& facts) { return facts.mac->bytes[1]; }

bool is_whole(const ClientFacts& found) {
  if (!found.mac || !found.serial) return false;
  const auto& bytes = found.mac->bytes;
  const std::uint64_t round =
      std::uint64_t{bytes[3]} << 16 | std::uint64_t{bytes[4]} << 8 | bytes[5];
  return found == facts(number_of(found), round);
}

struct Memory {
  explicit Memory(std::size_t needed)
      : bytes((needed + 63) / 64 * 64), at(std::aligned_alloc(64, bytes), &std::free) {
    std::memset(at.get(), 0, bytes);
  }
  base::MutableBytes span() { return {static_cast<std::uint8_t*>(at.get()), bytes}; }

  const std::size_t bytes;
  const std::unique_ptr<void, decltype(&std::free)> at;
};

struct Subject {
  const Plan plan{std::vector<PoolRange>{{ip(0), ip(kAddresses - 1)}}, {}};
  Memory table_memory{Table::bytes_needed(plan)};
  Table table{plan, table_memory.span()};
  Memory store_memory{ClientStore::bytes_needed(plan.slots())};
  ClientStore store{plan.slots(), store_memory.span(), {1, 2}};
};

TEST(ClientStoreStress, NobodyReadsWhatIsKnownOfAnother) {
  Subject subject;
  std::atomic<std::int64_t> clock{1000};
  std::array<std::atomic<std::uint64_t>, kCrew> seen{};
  std::array<std::atomic<std::uint64_t>, kCrew> noted{};
  stress::run_crew(kCrew, [&](unsigned member) {
    base::Random random(member + 1);
    for (std::uint64_t round = 0; round < stress::rounds(60'000); ++round) {
      // Leases of a second, on a clock that goes on a second now and then: addresses change hands.
      const std::int64_t second = random.below(8) == 0
                                      ? clock.fetch_add(1, std::memory_order_relaxed)
                                      : clock.load(std::memory_order_relaxed);
      const base::Time now{seconds{second}};
      const std::uint64_t number = 1 + random.below(kOwners);
      const auto offered = subject.table.offer(owner(number), kPools, {}, now, seconds{1});
      if (offered && subject.table.bind(owner(number), offered->address, now, now + seconds{1}) &&
          subject.store.note_lease(subject.table, offered->address, owner(number),
                                   facts(number, round), now)) {
        noted[member].fetch_add(1, std::memory_order_relaxed);
      }
      const auto address = ip(static_cast<std::uint32_t>(random.below(kAddresses)));
      const auto before = subject.table.at(address);
      const auto holder = subject.table.owner_at(address);
      const auto found = subject.store.find_lease(subject.table, address);
      const auto after = subject.table.at(address);
      if (!found || !*found) continue;
      ASSERT_TRUE(is_whole(**found));
      if (before->version != after->version || !holder) continue;
      ASSERT_EQ(owner(number_of(**found)), *holder) << "of who had the address before";
      seen[member].fetch_add(1, std::memory_order_relaxed);
    }
  });
  for (unsigned member = 0; member < kCrew; ++member) {
    EXPECT_GT(seen[member].load(), 100u);
    EXPECT_GT(noted[member].load(), 100u);
  }
}

TEST(ClientStoreStress, WhoHasNoLeaseIsReadWholeAndNeverForAnother) {
  Subject subject;
  std::array<std::atomic<std::uint64_t>, kCrew> seen{};
  stress::run_crew(kCrew, [&](unsigned member) {
    base::Random random(member + 1);
    for (std::uint64_t round = 0; round < stress::rounds(60'000); ++round) {
      const std::uint64_t number = 1 + random.below(kOwners);
      const wire::MacAddress mac{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(number)}};
      const base::Time now{seconds{static_cast<std::int64_t>(round)}};
      static_cast<void>(subject.store.note_unleased(0, mac, facts(number, round), now));
      const auto found = subject.store.find_unleased(0, mac);
      if (!found || !*found) continue;
      ASSERT_TRUE(is_whole(**found));
      ASSERT_EQ(number_of(**found), number);
      seen[member].fetch_add(1, std::memory_order_relaxed);
    }
  });
  for (const auto& count : seen) EXPECT_GT(count.load(), 100u);
}

}  // namespace
}  // namespace stentor::lease

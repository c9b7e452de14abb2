// SPDX-License-Identifier: BSD-3-Clause
// Goal: the ledger finds out that an address has two owners, whoever is first, on whichever core.
#include "storm/address_ledger.h"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace stentor::storm {
namespace {

using namespace std::chrono_literals;
using Claim = AddressLedger::Claim;

constexpr base::Time kLedgerStart{1h};
constexpr wire::Ipv4Address kAddress{0x0a141005};

TEST(AddressLedgerTest, AnAddressHasOneHolderUntilItIsReleased) {
  // Goal: claim, conflict, release by the holder alone, claim by another.
  AddressLedger ledger(10);
  EXPECT_EQ(ledger.find(kAddress), kNoMachine);
  EXPECT_EQ(ledger.claim(kAddress, 3, kLedgerStart, base::kNever), Claim::held);
  EXPECT_EQ(ledger.claim(kAddress, 3, kLedgerStart, base::kNever), Claim::held);
  EXPECT_EQ(ledger.claim(kAddress, 4, kLedgerStart, base::kNever), Claim::taken);
  EXPECT_EQ(ledger.find(kAddress), 3u);
  ledger.release(kAddress, 4);
  EXPECT_EQ(ledger.find(kAddress), 3u);
  ledger.release(kAddress, 3);
  EXPECT_EQ(ledger.find(kAddress), kNoMachine);
  EXPECT_EQ(ledger.claim(kAddress, 4, kLedgerStart, base::kNever), Claim::held);
}

TEST(AddressLedgerTest, AnExpiredLeaseMayGoToAnother) {
  // Goal: a second before its end it may not.
  AddressLedger ledger(10);
  EXPECT_EQ(ledger.claim(kAddress, 3, kLedgerStart, kLedgerStart + 60s), Claim::held);
  EXPECT_EQ(ledger.claim(kAddress, 4, kLedgerStart + 59s, base::kNever), Claim::taken);
  EXPECT_EQ(ledger.claim(kAddress, 4, kLedgerStart + 60s, base::kNever), Claim::held);
}

TEST(AddressLedgerTest, ADenseRangeFitsAndTooManyAddressesAreUntracked) {
  // Goal: no walk without end, no abort.
  AddressLedger ledger(100);
  EXPECT_EQ(ledger.claim({}, 1, kLedgerStart, base::kNever), Claim::untracked);
  std::size_t untracked = 0;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    const wire::Ipv4Address address{0x0a000000 + i};
    if (ledger.claim(address, i, kLedgerStart, base::kNever) == Claim::untracked) {
      ++untracked;
    } else {
      EXPECT_EQ(ledger.find(address), i);
    }
  }
  EXPECT_EQ(untracked, 2000u - 1024u);
}

TEST(AddressLedgerTest, OfTwoCoresThatClaimAtOnceOneGetsEachAddress) {
  // Goal: no address is held twice, none is lost, under real threads.
  constexpr std::uint32_t kAddresses = 20'000;
  AddressLedger ledger(kAddresses);
  std::vector<std::uint32_t> held(2);
  std::vector<std::thread> cores;
  for (std::uint32_t core = 0; core < 2; ++core) {
    cores.emplace_back([&, core] {
      for (std::uint32_t i = 0; i < kAddresses; ++i) {
        const wire::Ipv4Address address{0x0a000000 + i};
        held[core] += ledger.claim(address, core, kLedgerStart, base::kNever) == Claim::held;
      }
    });
  }
  for (std::thread& core : cores) core.join();
  EXPECT_EQ(held[0] + held[1], kAddresses);
}

}  // namespace
}  // namespace stentor::storm

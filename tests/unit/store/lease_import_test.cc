// SPDX-License-Identifier: BSD-3-Clause
// Goal: what another server has promised becomes ours, as far as the configuration has it and we
// have promised nothing else; and of what is left out it is said why.
#include "store/lease_import.h"

#include <gtest/gtest.h>

#include "store_fixture.h"

namespace stentor::store {
namespace {

using Bytes = std::vector<std::uint8_t>;

class LeaseImportTest : public testing::Test {
 protected:
  // Of the client `owner`, for so long from now.
  static ForeignLease lease(std::uint8_t owner, base::Duration left = kHour, std::size_t line = 1) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left).count();
    return {.line = line, .expiry = kUtcStart + seconds, .htype = 1, .hardware = {2, owner}};
  }
  // As the database has it.
  static StoredRecord record(std::uint32_t address, std::uint8_t owner, lease::State state,
                             base::Duration left = kHour) {
    StoredRecord stored{.change = bound(address, 7), .expiry = {}};
    stored.change.owner = owner_of(owner);
    stored.change.state = state;
    stored.expiry = kUtcStart + std::chrono::duration_cast<std::chrono::seconds>(left).count();
    return stored;
  }
  static lease::Owner owner_of(std::uint8_t owner) { return owner_for(owner, 0); }
  static wire::Ipv4Address address(std::uint32_t number) { return wire::Ipv4Address{number}; }

  // Addresses below 100 are configured; who has no hardware address is not known.
  LeaseImport plan() {
    const ImportRules rules{
        .has_address = [](wire::Ipv4Address at) { return at.host() < 100; },
        .owner_of = [](wire::Ipv4Address,
                       const ForeignLease& lease) -> std::optional<lease::Owner> {
          if (lease.hardware.empty()) return std::nullopt;
          return owner_of(lease.hardware.back());
        }};
    return plan_import(leases_, present_, rules, clocks_after({}));
  }
  // The one reason why the one lease was left out.
  std::string why_left_out() {
    const LeaseImport made = plan();
    EXPECT_TRUE(made.changes.empty());
    return made.left_out.size() == 1 ? made.left_out[0].why : "not left out";
  }

  ForeignLeases leases_;
  std::vector<StoredRecord> present_;
};

TEST_F(LeaseImportTest, TakesALeaseWithAllThatIsKnownOfItsClient) {
  leases_[address(5)] = {.line = 3,
                         .expiry = kUtcStart + 60,
                         .htype = 6,
                         .hardware = {2, 9},
                         .client_id = {0, 1},
                         .hostname = "node5",
                         .circuit_id = {7},
                         .remote_id = {8, 9}};
  leases_[address(6)] = {.line = 4, .expiry = std::nullopt, .hardware = {2, 8}};
  const LeaseImport made = plan();
  ASSERT_EQ(made.changes.size(), 2u);
  const lease::LeaseChange& change = made.changes[0];
  EXPECT_EQ(change.address, address(5));
  EXPECT_EQ(change.owner, owner_of(9));
  EXPECT_EQ(change.state, lease::State::bound);
  EXPECT_EQ(change.version, 1u);
  EXPECT_EQ(change.expiry, clocks_after(std::chrono::seconds{60}).monotonic);
  EXPECT_EQ(change.htype, 6);
  EXPECT_EQ(Bytes(change.hardware.view().begin(), change.hardware.view().end()), (Bytes{2, 9}));
  EXPECT_EQ(Bytes(change.circuit_id.view().begin(), change.circuit_id.view().end()), Bytes{7});
  EXPECT_EQ(Bytes(change.remote_id.view().begin(), change.remote_id.view().end()), (Bytes{8, 9}));
  EXPECT_EQ(Bytes(change.client_id.view().begin(), change.client_id.view().end()), (Bytes{0, 1}));
  EXPECT_EQ(change.hostname.size, 5);
  EXPECT_EQ(made.changes[1].expiry, base::kNever);
  EXPECT_EQ(made.ended, 0u);
  EXPECT_TRUE(made.left_out.empty());
}

TEST_F(LeaseImportTest, LeavesWhatHasEnded) {
  leases_[address(5)] = std::nullopt;
  leases_[address(6)] = lease(1, base::Duration{});
  leases_[address(7)] = lease(2, -kHour);
  const LeaseImport made = plan();
  EXPECT_TRUE(made.changes.empty());
  EXPECT_TRUE(made.left_out.empty());
  EXPECT_EQ(made.ended, 3u);
}

TEST_F(LeaseImportTest, LeavesOutWhatIsNotConfigured) {
  leases_[address(100)] = lease(1);
  EXPECT_EQ(why_left_out(), "no pool and no reservation has the address");
}

TEST_F(LeaseImportTest, LeavesOutWhoseClientIsNotKnown) {
  leases_[address(5)] = {.line = 1, .expiry = kUtcStart + 60};
  EXPECT_EQ(why_left_out(), "nothing in the file says which client has it");
}

TEST_F(LeaseImportTest, OfAClientsTwoAddressesTakesTheOneThatItGotLast) {
  leases_[address(5)] = lease(1, kHour, 10);
  leases_[address(6)] = lease(1, 2 * kHour, 11);
  const LeaseImport made = plan();
  ASSERT_EQ(made.changes.size(), 1u);
  EXPECT_EQ(made.changes[0].address, address(6));
  ASSERT_EQ(made.left_out.size(), 1u);
  EXPECT_EQ(made.left_out[0].line, 10u);
  EXPECT_EQ(made.left_out[0].why, "its client has 0.0.0.6");
}

TEST_F(LeaseImportTest, KeepsWhatTheDatabaseHas) {
  leases_[address(5)] = lease(1);
  for (const StoredRecord& stored :
       {record(5, 2, lease::State::bound), record(5, 0, lease::State::declined),
        record(5, 1, lease::State::bound, 2 * kHour)}) {
    present_ = {stored};
    EXPECT_EQ(why_left_out(), "the database has the address for somebody, or for longer");
  }
  present_ = {record(6, 1, lease::State::bound)};
  EXPECT_EQ(why_left_out(), "its client has 0.0.0.6");
}

TEST_F(LeaseImportTest, TakesWhatTheDatabaseNoLongerHasForAnybody) {
  leases_[address(5)] = lease(1);
  for (const StoredRecord& stored :
       {record(5, 2, lease::State::bound, -kHour), record(5, 2, lease::State::free),
        record(5, 1, lease::State::bound, kHour / 2), record(6, 1, lease::State::bound, -kHour)}) {
    present_ = {stored};
    const LeaseImport made = plan();
    ASSERT_EQ(made.changes.size(), 1u);
    EXPECT_EQ(made.changes[0].version, stored.change.address == address(5) ? 8u : 1u)
        << "a newer one than what is there, so that it counts";
  }
}

}  // namespace
}  // namespace stentor::store

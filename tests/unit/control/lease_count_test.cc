// SPDX-License-Identifier: BSD-3-Clause
// Goal: each address is counted once, under its subnet, in small pieces, and no oftener than said.
#include "control/lease_count.h"

#include <gtest/gtest.h>
#include <thread>

#include "report_stub.h"

namespace stentor::control {
namespace {

class LeaseCountTest : public testing::Test {
 protected:
  // 10.0.0.0 to 10.0.3.255, of which 10.0.1.0/24 and 10.0.3.0/25 are subnets.
  LeaseCountTest() {
    report.records = 1024;
    report.prefixes = {*wire::Ipv4Prefix::parse("10.0.3.0/25"),
                       *wire::Ipv4Prefix::parse("10.0.1.0/24")};
    report.held[report.first + 7] = lease::State::bound;
    report.held[report.first + 256] = lease::State::bound;
    report.held[report.first + 511] = lease::State::declined;
    report.held[report.first + 768] = lease::State::offered;
    report.held[report.first + 1023] = lease::State::bound;
  }

  const LeaseCount& count() {
    const LeaseCount* counted = counter.count(std::chrono::seconds{2});
    EXPECT_NE(counted, nullptr);
    return *counted;
  }

  StateLock lock;
  ReportStub report{lock};
  LeaseCounter counter{report, lock};
};

TEST_F(LeaseCountTest, PutsEachAddressUnderItsSubnetOnce) {
  const LeaseCount& counted = count();
  ASSERT_EQ(counted.rows.size(), 2u);
  EXPECT_EQ(text_of(counted.rows[0].subnet), "10.0.1.0/24");
  EXPECT_EQ(counted.rows[0].census.size(), 256u);
  EXPECT_EQ(counted.rows[0].census.bound, 1u);
  EXPECT_EQ(counted.rows[0].census.declined, 1u);
  EXPECT_EQ(counted.rows[1].census.size(), 128u);
  EXPECT_EQ(counted.rows[1].census.offered, 1u);
  EXPECT_EQ(counted.elsewhere.bound, 2u);
  EXPECT_EQ(counted.total().size(), 1024u);
  EXPECT_FALSE(report.was_asked_without_lock);
}

TEST_F(LeaseCountTest, LooksAtSmallPieces) {
  report.records = 20'000;
  report.prefixes = {*wire::Ipv4Prefix::parse("10.0.0.0/8")};
  EXPECT_EQ(count().rows[0].census.size(), 20'000u);
  EXPECT_EQ(report.most_slots, Report::kSlotsAtOnce);
}

TEST_F(LeaseCountTest, IsNotMadeAgainAtOnce) {
  count();
  const unsigned pieces = report.pieces;
  report.held.clear();
  EXPECT_EQ(count().rows[0].census.bound, 1u);
  EXPECT_EQ(report.pieces, pieces);
  // The first took a moment, so that this is after its rest too.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while (count().rows[0].census.bound == 1 && std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  EXPECT_EQ(count().rows[0].census.bound, 0u);
}

TEST_F(LeaseCountTest, CoversAllAddressesThatThereAre) {
  report.first = 0xffffff00;
  report.records = 256;
  report.held = {{0xffffffff, lease::State::bound}};
  report.prefixes = {*wire::Ipv4Prefix::parse("0.0.0.0/0")};
  EXPECT_EQ(count().rows[0].census.bound, 1u);
  EXPECT_EQ(count().total().size(), 256u);
}

TEST_F(LeaseCountTest, SaysWhenTheControlThreadHasNoTime) {
  const std::unique_lock busy(lock);
  std::thread other([this] { EXPECT_EQ(counter.count(std::chrono::milliseconds{10}), nullptr); });
  other.join();
}

TEST_F(LeaseCountTest, IsASampleForEachSubnetAndState) {
  const std::string text = metrics_text(metrics_of(count()));
  for (const char* line : {"stentor_leases{subnet=\"10.0.1.0/24\",state=\"bound\"} 1\n",
                           "stentor_leases{subnet=\"10.0.1.0/24\",state=\"free\"} 254\n",
                           "stentor_leases{subnet=\"10.0.3.0/25\",state=\"reserved\"} 0\n",
                           "stentor_leases_elsewhere 640\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << text;
  }
  EXPECT_EQ(metrics_of({}).size(), 1u) << "a family without samples is none";
}

}  // namespace
}  // namespace stentor::control

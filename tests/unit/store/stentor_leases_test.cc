// SPDX-License-Identifier: BSD-3-Clause
// Goal: exported leases are read back whole, and a line that is none is named with its column.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/hex_text.h"
#include "store/foreign_lease.h"
#include "store/lease_csv.h"
#include "store/lease_text.h"

namespace stentor::store {
namespace {

const std::string kStentorHead = csv_line(kLeaseColumns);

// Of each lease: its line, and what the file says of it.
std::vector<std::string> shown(const ForeignLeases& leases) {
  std::vector<std::string> all;
  for (const auto& [address, lease] : leases) {
    all.push_back(fmt::format("{}: {}", lease ? lease->line : 0, address.text().view()));
    if (!lease) continue;
    all.back() += fmt::format(" {} {} {} {} '{}' {} {}", lease->expiry.value_or(0), lease->htype,
                              base::hex_text(lease->hardware, ":"),
                              base::hex_text(lease->client_id), lease->hostname,
                              base::hex_text(lease->circuit_id), base::hex_text(lease->remote_id));
  }
  return all;
}

TEST(StentorLeases, SayWhoHasWhatUntilWhen) {
  const auto leases = read_stentor_leases(
      kStentorHead +
      "10.20.0.7,bound,2026-11-26T12:00:00Z,1,52:54:00:12:34:56,0152,\"node,7\",706f,7261\n"
      "10.20.0.8,bound,never,,,ff01,,,\n");
  ASSERT_TRUE(leases);
  EXPECT_EQ(shown(*leases),
            (std::vector<std::string>{
                "2: 10.20.0.7 1795694400 1 52:54:00:12:34:56 0152 'node,7' 706f 7261",
                "3: 10.20.0.8 0 0  ff01 ''  "}));
}

TEST(StentorLeases, AddressesThatWereSetAsideAreNobodys) {
  const auto leases =
      read_stentor_leases(kStentorHead + "10.20.0.7,declined,2026-11-26T12:00:00Z,,,,,,\n");
  ASSERT_TRUE(leases);
  EXPECT_EQ(shown(*leases), std::vector<std::string>{"0: 10.20.0.7"});
}

TEST(StentorLeases, HaveColumnsInAnyOrderAndOthersBeside) {
  const auto leases = read_stentor_leases(
      "rack,hostname,remote_id,circuit_id,client_id,mac,htype,expires,state,address\r\n"
      "7,node7,,,,52:54:00:12:34:56,1,never,bound,10.20.0.7\r\n");
  ASSERT_TRUE(leases);
  EXPECT_EQ(shown(*leases),
            std::vector<std::string>{"2: 10.20.0.7 0 1 52:54:00:12:34:56  'node7'  "});
}

TEST(StentorLeases, AreRefusedWithEachLineThatIsNone) {
  const auto leases = read_stentor_leases(kStentorHead +
                                          "10.20.0.7,bound,never,1,52:54:00:12:34:56,,,,\n"
                                          "10.20.0.300,bound,never,,,,,,\n"
                                          "10.20.0.8,free,never,,,,,,\n"
                                          "10.20.0.8,bound,soon,,,,,,\n"
                                          "10.20.0.8,bound,never,256,,,,,\n"
                                          "10.20.0.8,bound,never,1,5g,,,,\n"
                                          "10.20.0.8,bound,never,1,,012,,,\n"
                                          "10.20.0.8,bound,never,1,,,,zz,\n"
                                          "10.20.0.8,bound\n"
                                          "\"10.20.0.8,bound,never,,,,,,\n");
  ASSERT_FALSE(leases);
  const ForeignFaults& faults = leases.error();
  const std::vector<std::string> columns{"address", "state",     "expires",   "htype",
                                         "mac",     "client_id", "circuit_id"};
  ASSERT_EQ(faults.size(), columns.size() + 2);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    EXPECT_EQ(faults[i].line, i + 3);
    EXPECT_TRUE(faults[i].sentence.ends_with("column " + columns[i] + " takes"))
        << faults[i].sentence;
  }
  EXPECT_EQ(faults[7].line, 10u);
  EXPECT_EQ(faults[7].sentence, "a lease has 9 values, between commas");
  EXPECT_EQ(faults[8].line, 11u);
}

TEST(StentorLeases, WithoutTheirFirstLineAreNone) {
  for (const std::string& text : {std::string(), std::string("{\"leases\": [\n]}\n"),
                                  std::string("address,state\n10.20.0.7,bound\n")}) {
    const auto leases = read_stentor_leases(text);
    ASSERT_FALSE(leases) << text;
    EXPECT_EQ(leases.error().front().line, 1u);
    EXPECT_NE(leases.error().front().sentence.find("address,state,expires"), std::string::npos);
  }
}

}  // namespace
}  // namespace stentor::store

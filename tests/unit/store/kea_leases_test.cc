// SPDX-License-Identifier: BSD-3-Clause
// Goal: Kea's memfile is read whichever columns its version has, the last line of an address
// counts, and what is no file of DHCPv4 leases is refused.
#include <gtest/gtest.h>

#include "store/foreign_lease.h"

namespace stentor::store {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::string_view kHead =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,"
    "user_context\n";

std::optional<ForeignLease> kea_lease_at(const ForeignLeases& leases, std::string_view address) {
  const auto found = leases.find(*wire::Ipv4Address::parse(address));
  return found == leases.end() ? std::nullopt : found->second;
}

ForeignLeases read(std::string_view rows) {
  auto leases = read_kea_leases(std::string(kHead) + std::string(rows));
  EXPECT_TRUE(leases);
  return leases ? *std::move(leases) : ForeignLeases{};
}

TEST(KeaLeases, SayWhoHasWhatUntilWhen) {
  const auto leases = read(
      "10.20.0.7,52:54:00:12:34:56,01:52:54:00:12:34:56,3600,1795694400,1,0,0,node7,0,\n"
      "10.20.0.8,52:54:00:12:34:57,,4294967295,6090661695,1,0,0,a&#x2cb,0,{ }\r\n");
  const auto first = kea_lease_at(leases, "10.20.0.7");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->line, 2u);
  EXPECT_EQ(first->expiry, 1'795'694'400);
  EXPECT_EQ(first->htype, 1);
  EXPECT_EQ(first->hardware, (Bytes{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}));
  EXPECT_EQ(first->client_id, (Bytes{1, 0x52, 0x54, 0x00, 0x12, 0x34, 0x56}));
  EXPECT_EQ(first->hostname, "node7");
  const auto second = kea_lease_at(leases, "10.20.0.8");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->expiry, std::nullopt) << "a lease without end";
  EXPECT_TRUE(second->client_id.empty());
  EXPECT_EQ(second->hostname, "a,b");
}

TEST(KeaLeases, TheLastLineOfAnAddressCounts) {
  const auto leases = read(
      "10.20.0.7,52:54:00:12:34:56,,3600,100,1,0,0,,0,\n"
      "10.20.0.7,52:54:00:12:34:57,,3600,200,1,0,0,,0,\n");
  ASSERT_TRUE(kea_lease_at(leases, "10.20.0.7"));
  EXPECT_EQ(kea_lease_at(leases, "10.20.0.7")->expiry, 200);
  EXPECT_EQ(kea_lease_at(leases, "10.20.0.7")->hardware.back(), 0x57);
}

TEST(KeaLeases, GivenBackDeclinedAndReclaimedOnesAreNobodys) {
  const auto leases = read(
      "10.20.0.6,52:54:00:12:34:56,,3600,100,1,0,0,,0,\n"
      "10.20.0.6,52:54:00:12:34:56,,0,100,1,0,0,,0,\n"
      "10.20.0.7,,,3600,100,1,0,0,,1,\n"
      "10.20.0.8,,,3600,100,1,0,0,,2,\n");
  EXPECT_EQ(leases.size(), 3u);
  for (const auto& [address, lease] : leases) EXPECT_FALSE(lease) << address.text().view();
}

TEST(KeaLeases, HaveTheColumnsThatTheirFirstLineNames) {
  const auto leases = read_kea_leases(
      "state,expire,valid_lifetime,client_id,hwaddr,address\n"
      "0,100,3600,,52:54:00:12:34:56,10.20.0.7\n");
  ASSERT_TRUE(leases);
  EXPECT_EQ(kea_lease_at(*leases, "10.20.0.7")->expiry, 100);
}

TEST(KeaLeases, AreRefusedWithEachLineThatIsNone) {
  const auto leases = read_kea_leases(std::string(kHead) +
                                      "10.20.0.7,52:54:00:12:34:56,,3600,100,1,0,0,,0,\n"
                                      "10.20.0.300,,,3600,100,1,0,0,,0,\n"
                                      "10.20.0.7,what,,3600,100,1,0,0,,0,\n"
                                      "10.20.0.7,,x:y,3600,100,1,0,0,,0,\n"
                                      "10.20.0.7,,,3600,soon,1,0,0,,0,\n"
                                      "10.20.0\n");
  ASSERT_FALSE(leases);
  std::vector<std::size_t> lines;
  for (const ForeignFault& fault : leases.error()) lines.push_back(fault.line);
  EXPECT_EQ(lines, (std::vector<std::size_t>{3, 4, 5, 6, 7}));
  EXPECT_EQ(leases.error()[0].sentence, "'10.20.0.300' is no IPv4 address");
}

TEST(KeaLeases, OfVersionSixAreRefused) {
  for (const std::string_view text :
       {"address,duid,valid_lifetime,expire,subnet_id,hwaddr,client_id\n", "", "leases\n"}) {
    const auto leases = read_kea_leases(text);
    ASSERT_FALSE(leases) << text;
    EXPECT_EQ(leases.error()[0].line, 1u);
  }
}

}  // namespace
}  // namespace stentor::store

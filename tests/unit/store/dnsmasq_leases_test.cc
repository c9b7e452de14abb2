// SPDX-License-Identifier: BSD-3-Clause
// Goal: dnsmasq's leases are read as it writes them, and a line that is none is named.
#include <gtest/gtest.h>

#include "store/foreign_lease.h"

namespace stentor::store {
namespace {

using Bytes = std::vector<std::uint8_t>;

const ForeignLease& lease_at(const ForeignLeases& leases, std::string_view address) {
  return *leases.at(*wire::Ipv4Address::parse(address));
}

TEST(DnsmasqLeases, SayWhoHasWhatUntilWhen) {
  const auto leases = read_dnsmasq_leases(
      "1795694400 52:54:00:12:34:56 10.20.0.7 node7 01:52:54:00:12:34:56\n"
      "0 52:54:00:12:34:57 10.20.0.8 * *\n");
  ASSERT_TRUE(leases);
  ASSERT_EQ(leases->size(), 2u);
  const ForeignLease& first = lease_at(*leases, "10.20.0.7");
  EXPECT_EQ(first.line, 1u);
  EXPECT_EQ(first.expiry, 1'795'694'400);
  EXPECT_EQ(first.htype, 1);
  EXPECT_EQ(first.hardware, (Bytes{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}));
  EXPECT_EQ(first.client_id, (Bytes{1, 0x52, 0x54, 0x00, 0x12, 0x34, 0x56}));
  EXPECT_EQ(first.hostname, "node7");
  const ForeignLease& second = lease_at(*leases, "10.20.0.8");
  EXPECT_EQ(second.expiry, std::nullopt) << "a lease without end";
  EXPECT_TRUE(second.hostname.empty());
  EXPECT_TRUE(second.client_id.empty());
}

TEST(DnsmasqLeases, OfOtherHardwareSayItsType) {
  const auto leases =
      read_dnsmasq_leases("9 20-0a:0b:0c 10.20.0.7 * ff:01:02\n9 * 10.20.0.8 * 0:1\n");
  ASSERT_TRUE(leases);
  EXPECT_EQ(lease_at(*leases, "10.20.0.7").htype, 0x20);
  EXPECT_EQ(lease_at(*leases, "10.20.0.7").hardware, (Bytes{10, 11, 12}));
  EXPECT_EQ(lease_at(*leases, "10.20.0.8").htype, 0);
  EXPECT_TRUE(lease_at(*leases, "10.20.0.8").hardware.empty());
  EXPECT_EQ(lease_at(*leases, "10.20.0.8").client_id, (Bytes{0, 1}));
}

TEST(DnsmasqLeases, EndWhereThoseOfVersionSixBegin) {
  const auto leases = read_dnsmasq_leases(
      "9 52:54:00:12:34:56 10.20.0.7 * *\n"
      "duid 00:01:00:01\n"
      "9 1193046 fd00::7 * 00:01\n");
  ASSERT_TRUE(leases);
  EXPECT_EQ(leases->size(), 1u);
}

TEST(DnsmasqLeases, AreRefusedWithEachLineThatIsNone) {
  const auto leases = read_dnsmasq_leases(
      "9 52:54:00:12:34:56 10.20.0.7 * *\n"
      "soon 52:54:00:12:34:56 10.20.0.7 * *\n"
      "9 52:54:00:12:34:5g 10.20.0.7 * *\n"
      "9 52:54:00:12:34:56 10.20.0.300 * *\n"
      "9 52:54:00:12:34:56 10.20.0.7 *\n"
      "9 52:54:00:12:34:56 10.20.0.7 * * more\n"
      "9 52:54:00:12:34:56 10.20.0.7 * 01:\n"
      "-9 52:54:00:12:34:56 10.20.0.7 * *\n"
      "9 zz-52:54 10.20.0.7 * *\n");
  ASSERT_FALSE(leases);
  std::vector<std::size_t> lines;
  for (const ForeignFault& fault : leases.error()) lines.push_back(fault.line);
  EXPECT_EQ(lines, (std::vector<std::size_t>{2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_NE(leases.error()[0].sentence.find("'soon 52:54"), std::string::npos);
}

}  // namespace
}  // namespace stentor::store

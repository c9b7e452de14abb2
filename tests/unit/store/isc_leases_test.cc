// SPDX-License-Identifier: BSD-3-Clause
// Goal: dhcpd.leases(5) is read past all that does not matter here, and a file that is cut off, or
// has something else where a time or an address belongs, is refused with the line.
#include <gtest/gtest.h>

#include "store/foreign_lease.h"

namespace stentor::store {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::optional<ForeignLease> isc_lease_at(const ForeignLeases& leases, std::string_view address) {
  const auto found = leases.find(*wire::Ipv4Address::parse(address));
  return found == leases.end() ? std::nullopt : found->second;
}

constexpr std::string_view kFile = R"(# The format of this file is documented
authoring-byte-order little-endian;
server-duid "\000\001\000\001{\"};";

lease 10.20.0.7 {
  starts 4 2026/11/26 11:00:00;
  ends 4 2026/11/26 12:00:00;
  cltt 4 2026/11/26 11:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 52:54:0:12:34:56;
  uid "\001RT\000\0224V";
  set vendor-class-identifier = "udhcp; {1.35}";
  client-hostname "node7";
  on expiry { log (info, "lease; gone"); }
}
lease 10.20.0.8 { ends never; hardware infiniband 20:00; uid 01:02:03; }
lease 10.20.0.9 { ends epoch 1795694400; # Thu Nov 26 12:00:00 2026
  binding state active; hardware ethernet 52:54:00:12:34:59; }
failover peer "x" state { my state normal at 4 2026/11/26 11:00:00; }
lease 10.20.0.10 { ends 4 2026/11/26 12:00:00; binding state abandoned; }
host node9 { dynamic; hardware ethernet 52:54:00:12:34:60; }
lease 10.20.0.9 { ends 4 2026/11/26 13:00:00; binding state free; }
)";

TEST(IscLeases, SayWhoHasWhatUntilWhen) {
  const auto leases = read_isc_leases(kFile);
  ASSERT_TRUE(leases) << leases.error()[0].sentence;
  const auto first = isc_lease_at(*leases, "10.20.0.7");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->line, 5u);
  EXPECT_EQ(first->expiry, 1'795'694'400);
  EXPECT_EQ(first->htype, 1);
  EXPECT_EQ(first->hardware, (Bytes{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}));
  EXPECT_EQ(first->client_id, (Bytes{1, 'R', 'T', 0, 0x12, '4', 'V'}));
  EXPECT_EQ(first->hostname, "node7");
  const auto second = isc_lease_at(*leases, "10.20.0.8");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->expiry, std::nullopt) << "a lease without end";
  EXPECT_EQ(second->htype, 32);
  EXPECT_EQ(second->client_id, (Bytes{1, 2, 3}));
}

TEST(IscLeases, TheLastEntryOfAnAddressCounts) {
  const auto leases = read_isc_leases(kFile);
  ASSERT_TRUE(leases);
  EXPECT_EQ(leases->size(), 4u);
  EXPECT_FALSE(isc_lease_at(*leases, "10.20.0.9")) << "given back";
  EXPECT_FALSE(isc_lease_at(*leases, "10.20.0.10")) << "set aside";
}

TEST(IscLeases, CountSecondsWhereTheServerDoes) {
  const auto leases = read_isc_leases("lease 10.20.0.9 { ends epoch 42; }");
  ASSERT_TRUE(leases);
  EXPECT_EQ(isc_lease_at(*leases, "10.20.0.9")->expiry, 42);
}

TEST(IscLeases, AreRefusedWhereTheyAreCutOff) {
  const std::string whole(kFile.substr(0, kFile.find("lease 10.20.0.8")));
  ASSERT_TRUE(read_isc_leases(whole));
  std::size_t refused = 0;
  for (std::size_t end = whole.find("lease 10") + 1; end < whole.rfind('}'); ++end) {
    if (!read_isc_leases(whole.substr(0, end))) ++refused;
  }
  EXPECT_EQ(refused, whole.rfind('}') - whole.find("lease 10") - 1);
}

TEST(IscLeases, AreRefusedWithEachLineThatIsWrong) {
  const auto leases = read_isc_leases(
      "lease 10.20.0.300 { ends never; }\n"
      "lease 10.20.0.1 { ends soon; }\n"
      "lease 10.20.0.2 { ends 4 2026/13/26 12:00:00; }\n"
      "lease 10.20.0.3 { ends never;\n hardware ethernet 52:xx; }\n"
      "lease 10.20.0.4 { ends never; uid 1:2:; }\n"
      "lease 10.20.0.5 { binding state active; }\n"
      "}\n");
  ASSERT_FALSE(leases);
  std::vector<std::size_t> lines;
  for (const ForeignFault& fault : leases.error()) lines.push_back(fault.line);
  EXPECT_EQ(lines, (std::vector<std::size_t>{1, 2, 3, 5, 6, 7, 8}));
  EXPECT_EQ(leases.error()[1].sentence, "'ends soon' has no time");
}

TEST(IscLeases, OfAnEmptyFileAreNone) {
  const auto leases = read_isc_leases("# nothing\n");
  ASSERT_TRUE(leases);
  EXPECT_TRUE(leases->empty());
}

}  // namespace
}  // namespace stentor::store

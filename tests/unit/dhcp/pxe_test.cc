// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/pxe.h"

#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

class PxeTest : public ExchangeTest {
 protected:
  static support::DhcpSpec from_rom(std::uint8_t type, support::DhcpBytes architectures) {
    support::DhcpSpec spec = message(type);
    spec.options.push_back({60, support::text_value("PXEClient")});
    spec.options.push_back({93, std::move(architectures)});
    return spec;
  }
};

TEST_F(PxeTest, takes_no_lease_whatever_it_answers) {
  // Goal: a proxy never touches the lease table (DESIGN section 4).
  arrival_.network = 1;
  for (int i = 0; i < 3; ++i) reply_to(from_rom(kDiscover, {0, 0}));
  arrival_.network = 0;
  arrival_.destination_port = kPxePort;
  arrival_.source = support::address("10.20.9.9");
  reply_to(from_rom(kRequest, {0, 0}));
  const auto census = server_.leases().census(arrival_.now);
  EXPECT_EQ(census.offered + census.bound + census.declined, 0U);
}

TEST_F(PxeTest, counts_a_rom_that_lists_bios_among_others_as_bios) {
  // Goal: option 43 goes to who may need it; only pure UEFI is sent to port 4011.
  arrival_.network = 1;
  EXPECT_TRUE(reply_to(from_rom(kDiscover, {0, 7, 0, 0})).find(43));
  EXPECT_FALSE(reply_to(from_rom(kDiscover, {0, 7, 0, 9})).find(43));
}

TEST_F(PxeTest, uses_the_file_of_a_reservation_where_there_is_a_subnet) {
  // Goal: server mode's port 4011 knows the machine as port 67 does.
  arrival_.destination_port = kPxePort;
  arrival_.source = support::address("10.20.9.9");
  support::DhcpSpec spec = from_rom(kRequest, {0, 0});
  spec.chaddr = {0x52, 0x54, 0, 0, 0, 9};
  EXPECT_EQ(reply_to(spec).file(), "rescue.ipxe");
}

}  // namespace
}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
// Goal: TFTP learns of a client what its answered message said, and of nobody else anything.
#include "dhcp/client_note.h"

#include <cstdlib>

#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

using support::address;
using support::DhcpOption;
using support::text_value;

// Option 97 of a Raspberry Pi with this serial number.
support::DhcpBytes pi_uuid(std::initializer_list<std::uint8_t> serial) {
  support::DhcpBytes uuid{0, 'R', 'P', 'i', '4', 0x11, 0x31, 0xc0, 0, 1, 2, 3, 4};
  uuid.insert(uuid.end(), serial);
  return uuid;
}

class ClientNoteTest : public ExchangeTest {
 protected:
  std::optional<lease::ClientFacts> leased(std::string_view at) {
    return server_.clients().find_lease(server_.leases(), address(at)).value();
  }
  std::optional<lease::ClientFacts> unleased(NetworkIndex network) {
    return server_.clients().find_unleased(network, arrival_.source_mac).value();
  }
};

TEST_F(ClientNoteTest, knows_a_leaseholder_from_the_ack_on) {
  // Goal: an OFFER tells nobody's address.
  auto discover = message(kDiscover);
  reply_to(discover);
  EXPECT_EQ(leased("10.20.16.10"), std::nullopt);
  auto request = request_of("10.20.16.10");
  request.options.push_back({93, {0, 0}});
  request.options.push_back({97, pi_uuid({0xef, 0xfd, 0xfe, 0x9f})});
  EXPECT_EQ(type_of(reply_to(request)), kAck);
  const auto facts = leased("10.20.16.10");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->mac, (wire::MacAddress{{0x52, 0x54, 0, 0, 1, 1}}));
  EXPECT_EQ(facts->serial, 0x9ffefdefU);
  EXPECT_EQ(facts->class_list, server_.policy().class_list());
  ASSERT_NE(server_.policy().find_directory(facts->boot_directory), nullptr);
  EXPECT_EQ(server_.policy().find_directory(facts->boot_directory)->written(), "bios");
  EXPECT_EQ(unleased(0), std::nullopt);
}

TEST_F(ClientNoteTest, knows_the_directory_of_the_boot_file_of_the_newest_ack) {
  // Goal: iPXE, told a file in the root, inherits nothing from the ROM's.
  reply_to(message(kDiscover));
  auto request = request_of("10.20.16.10");
  request.options.push_back({77, text_value("iPXE")});
  reply_to(request);
  EXPECT_EQ(leased("10.20.16.10")->boot_directory, 0u);
}

TEST_F(ClientNoteTest, knows_no_directory_of_another_server_s_file) {
  // Goal: what shim asks us for lies beside no file of ours then.
  reply_to(message(kDiscover));
  auto request = request_of("10.20.16.10");
  request.options.push_back({93, {0, 7}});
  reply_to(request);
  EXPECT_EQ(leased("10.20.16.10")->boot_directory, 0u);
}

TEST_F(ClientNoteTest, knows_whom_a_proxy_answers_by_its_frames) {
  // Goal: by network and source MAC, on our own link alone.
  arrival_.network = 1;
  auto discover = message(kDiscover);
  discover.options.push_back({60, text_value("PXEClient")});
  EXPECT_EQ(type_of(reply_to(discover)), kOffer);
  ASSERT_TRUE(unleased(1));
  EXPECT_EQ(unleased(1)->mac, (wire::MacAddress{{0x52, 0x54, 0, 0, 1, 1}}));
  EXPECT_EQ(unleased(0), std::nullopt);
}

TEST_F(ClientNoteTest, knows_nobody_whom_a_proxy_answers_through_a_relay) {
  // Goal: a router's frames do not say whose they are.
  arrival_.source_mac = {{2, 0, 0, 0, 0, 9}};
  auto discover = message(kDiscover);
  discover.giaddr = "10.24.0.1";
  discover.options.push_back({60, text_value("PXEClient")});
  EXPECT_EQ(type_of(reply_to(discover)), kOffer);
  EXPECT_EQ(unleased(0), std::nullopt);
}

TEST_F(ClientNoteTest, knows_who_asks_on_port_4011) {
  // Goal: on the link by its frames; from behind a router not.
  arrival_.network = 1;
  arrival_.destination_port = kPxePort;
  arrival_.destination = address("10.120.0.2");
  arrival_.source = address("10.120.7.7");
  auto request = message(kRequest);
  request.ciaddr = "10.120.7.7";
  request.options.push_back({60, text_value("PXEClient")});
  EXPECT_EQ(type_of(reply_to(request)), kAck);
  EXPECT_TRUE(unleased(1));
  arrival_.source_mac = {{2, 0, 0, 0, 0, 9}};
  arrival_.source = address("10.50.7.7");
  EXPECT_EQ(type_of(reply_to(request)), kAck);
  EXPECT_EQ(unleased(1), std::nullopt);
}

TEST_F(ClientNoteTest, knows_what_port_4011_told_a_client_of_ours) {
  // Goal: the folder of an item of a menu counts for TFTP, which looks at the lease first.
  reply_to(message(kDiscover));
  reply_to(request_of("10.20.16.10"));
  EXPECT_NE(leased("10.20.16.10")->boot_directory, 0u);
  arrival_.destination_port = kPxePort;
  arrival_.destination = address("10.20.0.2");
  arrival_.source = address("10.20.16.10");
  auto request = message(kRequest);
  request.ciaddr = "10.20.16.10";
  request.options.push_back({60, text_value("PXEClient")});
  request.options.push_back({77, text_value("iPXE")});
  EXPECT_EQ(type_of(reply_to(request)), kAck);
  EXPECT_EQ(leased("10.20.16.10")->boot_directory, 0u);
  EXPECT_EQ(unleased(0), std::nullopt);
}

TEST_F(ClientNoteTest, knows_who_informs) {
  // Goal: an address from elsewhere on our link.
  arrival_.source = address("10.20.3.3");
  auto inform = message(8);
  inform.ciaddr = "10.20.3.3";
  EXPECT_EQ(type_of(reply_to(inform)), kAck);
  EXPECT_TRUE(unleased(0));
}

struct Serial {
  const char* what;
  support::DhcpBytes option;
  std::optional<std::uint32_t> serial;
};

TEST_F(ClientNoteTest, reads_serials_of_raspberry_pis_alone) {
  // Goal: both forms of the boot EEPROM; any other UUID holds none.
  support::DhcpBytes repeated{0};
  for (int i = 0; i < 4; ++i) repeated.insert(repeated.end(), {0x78, 0x56, 0x34, 0x12});
  support::DhcpBytes other = pi_uuid({1, 2, 3, 4});
  other[1] = 'X';
  const Serial rows[] = {{"the newer form", pi_uuid({0x78, 0x56, 0x34, 0x12}), 0x12345678},
                         {"the older form", repeated, 0x12345678},
                         {"a PC's", other, {}},
                         {"zeros", support::DhcpBytes(17, 0), {}},
                         {"no serial number", pi_uuid({0, 0, 0, 0}), {}},
                         {"a form that is none", {0, 1, 2}, {}}};
  for (const Serial& row : rows) {
    support::DhcpSpec spec = message(kDiscover);
    spec.options.push_back({97, row.option});
    const auto bytes = dhcp_message(spec);
    JoinBuffer joined;
    EXPECT_EQ(parse_request(bytes, joined)->serial(), row.serial) << row.what;
  }
}

}  // namespace
}  // namespace stentor::dhcp

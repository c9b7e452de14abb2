// SPDX-License-Identifier: BSD-3-Clause
// Goal: a server's message is read field by field, from each of the three areas that may hold
// options; one that does not fit itself is refused.
#include "client/dhcp_reply.h"

#include <gtest/gtest.h>

#include "dhcp_server_stub.h"

namespace stentor::client {
namespace {

using namespace std::string_literals;

void put_text(std::vector<std::uint8_t>& bytes, std::size_t at, const std::string& text) {
  std::copy(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

TEST(DhcpReply, ReadsFieldsAndOptions) {
  auto bytes = make_header({.xid = 7, .address = wire::Ipv4Address{0x0a000005}});
  put_number(bytes, 20, 0x0a000009);
  put_text(bytes, 108, "from-the-field");
  add_option(bytes, 53, "\5");
  add_option(bytes, 1, 0xffff0000);
  bytes.push_back(0);
  add_option(bytes, 3, "\x0a\x00\x00\x01\x0a\x00\x00\x02"s);
  add_option(bytes, 51, 3600);
  add_option(bytes, 54, 0x0a000002);
  add_option(bytes, 58, 100);
  add_option(bytes, 59, 200);
  add_option(bytes, 60, "PXEClient");
  bytes.push_back(255);
  const auto reply = parse_dhcp_reply(bytes);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->type, DhcpType::ack);
  EXPECT_EQ(reply->xid, 7u);
  EXPECT_EQ(reply->client, kTestMac);
  EXPECT_EQ(reply->address.host(), 0x0a000005u);
  EXPECT_EQ(reply->next_server.host(), 0x0a000009u);
  EXPECT_EQ(reply->server.host(), 0x0a000002u);
  EXPECT_EQ(reply->mask.host(), 0xffff0000u);
  EXPECT_EQ(reply->router.host(), 0x0a000001u);
  EXPECT_EQ(reply->lease_seconds, 3600u);
  EXPECT_EQ(reply->renew_seconds, 100u);
  EXPECT_EQ(reply->rebind_seconds, 200u);
  EXPECT_EQ(reply->vendor_class, "PXEClient");
  EXPECT_EQ(reply->file_name, "from-the-field");
}

TEST(DhcpReply, PrefersOption67AndCutsItsNul) {
  auto bytes = make_header({});
  put_text(bytes, 108, "from-the-field");
  add_option(bytes, 67, "from-the-option\0"s);
  bytes.push_back(255);
  EXPECT_EQ(parse_dhcp_reply(bytes)->file_name, "from-the-option");
}

TEST(DhcpReply, ReadsOptionsFromOverloadedFields) {
  auto bytes = make_header({});
  put_text(bytes, 108,
           "\x43\x04"
           "boot\xff"s);
  put_text(bytes, 44, "\x33\x04\x00\x00\x00\x3c\xff"s);
  add_option(bytes, 52, "\3");
  bytes.push_back(255);
  const auto reply = parse_dhcp_reply(bytes);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->file_name, "boot");
  EXPECT_EQ(reply->lease_seconds, 60u);
}

TEST(DhcpReply, RefusesWhatIsNoReplyOrDoesNotFit) {
  const auto good = make_reply({});
  EXPECT_TRUE(parse_dhcp_reply(good));
  for (std::size_t length = 0; length < 240; ++length) {
    EXPECT_FALSE(parse_dhcp_reply(base::Bytes{good}.first(length)));
  }
  auto bytes = good;
  bytes[0] = 1;
  EXPECT_FALSE(parse_dhcp_reply(bytes));
  bytes = good;
  bytes[236] = 0;
  EXPECT_FALSE(parse_dhcp_reply(bytes));
  bytes = make_header({});
  bytes.insert(bytes.end(), {53, 200, 1});
  EXPECT_FALSE(parse_dhcp_reply(bytes));
  bytes = make_header({});
  bytes.insert(bytes.end(), {53, 1, 5});  // no END
  EXPECT_EQ(parse_dhcp_reply(bytes)->type, DhcpType::ack);
}

}  // namespace
}  // namespace stentor::client

// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/request.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>

#include "support/dhcp_builder.h"

namespace stentor::dhcp {
namespace {

using support::DhcpBytes;
using support::DhcpSpec;
using wire::DropReason;

JoinBuffer joined;

// What `spec` with the option 53 of a DISCOVER, and `more` behind it, is parsed to.
class RequestTest : public testing::Test {
 protected:
  wire::Parsed<Request> parse(DhcpSpec spec, std::vector<support::DhcpOption> more = {}) {
    spec.options.push_back({53, {1}});
    spec.options.insert(spec.options.end(), more.begin(), more.end());
    message_ = dhcp_message(spec);
    return parse_request(message_, joined);
  }

  DhcpBytes message_;
};

TEST_F(RequestTest, refuses_every_message_that_is_cut_short) {
  // Goal: no field is read that is not there.
  DhcpSpec spec;
  spec.options = {{53, {1}}, {61, {1, 2, 3}}};
  const DhcpBytes whole = dhcp_message(spec);
  for (std::size_t bytes = 0; bytes + 1 < whole.size(); ++bytes) {
    const DhcpBytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes));
    const auto request = parse_request(cut, joined);
    // Behind option 53 a missing END is tolerated.
    EXPECT_EQ(request.has_value(), bytes == 243) << bytes;
  }
  EXPECT_TRUE(parse_request(whole, joined));
}

TEST_F(RequestTest, tells_bootp_from_dhcp) {
  // Goal: without cookie or message type it is BOOTP (RFC 1534 section 2), of 300 bytes at least.
  DhcpSpec spec;
  for (const std::uint32_t cookie : {kMagicCookie, 0U, 0xffffffffU}) {
    spec.cookie = cookie;
    DhcpBytes message = dhcp_message(spec);
    message.resize(kBootpBytes - 1);
    EXPECT_EQ(parse_request(message, joined).error(), DropReason::dhcp_malformed);
    message.resize(kBootpBytes);
    const auto request = parse_request(message, joined);
    ASSERT_TRUE(request);
    EXPECT_EQ(request->options.type, MessageType::none);
  }
  // What looks like an option counts for nothing without the cookie.
  spec.cookie = 0;
  spec.options = {{53, {1}}};
  DhcpBytes message = dhcp_message(spec);
  message.resize(kBootpBytes);
  EXPECT_EQ(parse_request(message, joined)->options.type, MessageType::none);
}

TEST_F(RequestTest, names_a_client_by_its_hardware_address) {
  // Goal: chaddr comes before every other identifier, with its htype as kind.
  const auto request = parse({}, {{61, {1, 2, 3}}, {97, DhcpBytes(17, 0)}});
  const auto identity = request->identity();
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->kind, 1);
  EXPECT_TRUE(std::ranges::equal(identity->bytes, DhcpBytes{0x52, 0x54, 0x00, 0x12, 0x34, 0x56}));
}

TEST_F(RequestTest, does_not_let_a_hardware_type_pass_for_an_identifier) {
  // Goal: htype 254 and 255 are the kinds of UUID and client identifier; nobody forges one.
  DhcpSpec spec;
  spec.htype = 255;
  EXPECT_EQ(parse(spec)->identity().error(), DropReason::dhcp_client_unidentified);
  EXPECT_EQ(parse(spec, {{61, {1, 2}}})->identity()->kind, Identity::kClientIdentifier);
}

TEST_F(RequestTest, has_a_mac_only_on_ethernet) {
  // Goal: other hardware's address is no destination for an Ethernet frame.
  DhcpSpec spec;
  EXPECT_TRUE(parse(spec)->mac());
  spec.htype = 32;
  EXPECT_FALSE(parse(spec)->mac());
  spec.htype = 1;
  spec.hlen = 16;
  EXPECT_FALSE(parse(spec)->mac());
  spec.hlen = 6;
  spec.chaddr = {};
  EXPECT_FALSE(parse(spec)->mac());
}

TEST_F(RequestTest, knows_who_is_in_firmware) {
  // Goal: PXE, HTTP boot and iPXE are told apart from an operating system and from each other.
  const auto pxe = parse({}, {{60, support::text_value("PXEClient:Arch:00000")}});
  EXPECT_TRUE(pxe->is_pxe() && pxe->is_firmware && !pxe->is_ipxe());
  const auto http = parse({}, {{60, support::text_value("HTTPClient")}});
  EXPECT_TRUE(!http->is_pxe() && http->is_firmware);
  const auto ipxe = parse({}, {{77, support::text_value("iPXE")}});
  EXPECT_TRUE(ipxe->is_ipxe() && ipxe->is_firmware && !ipxe->is_pxe());
  const auto system = parse({}, {{60, support::text_value("MSFT 5.0")}});
  EXPECT_FALSE(system->is_firmware);
}

TEST_F(RequestTest, knows_boot_roms_by_what_is_configured_too) {
  // Goal: the class that the answer has is the word that is configured, and PXE's own comes first.
  constexpr std::array<std::string_view, 3> kConfigured{"HW-Client", "P", "Longer"};
  const auto class_of = [&](std::string_view sent) {
    DhcpSpec spec;
    spec.options = {{53, {1}}};
    if (!sent.empty()) spec.options.push_back({60, support::text_value(sent)});
    message_ = dhcp_message(spec);
    const auto request = parse_request(message_, joined, kConfigured);
    EXPECT_EQ(request->is_firmware, request->is_pxe()) << sent;
    return request->pxe_class;
  };
  EXPECT_EQ(class_of("HW-Client:Arch:00007"), "HW-Client");
  EXPECT_EQ(class_of("PXEClient:Arch:00000"), "PXEClient");
  EXPECT_EQ(class_of("PXE"), "P");
  EXPECT_EQ(class_of("Longe"), "");
  EXPECT_EQ(class_of(""), "");
}

}  // namespace
}  // namespace stentor::dhcp

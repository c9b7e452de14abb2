// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/server.h"

#include "dhcp/message.h"
#include "support/allocation_trap.h"
#include "test_exchange.h"

namespace stentor::dhcp {
namespace {

class ServerTest : public ExchangeTest {};

TEST_F(ServerTest, answers_without_allocating) {
  // Goal: STYLE, hot modules: a message costs no memory, whatever becomes of it.
  std::vector<support::DhcpBytes> messages;
  for (std::uint8_t type = 1; type <= 13; ++type) {
    support::DhcpSpec spec = message(type);
    spec.options.push_back({50, support::address_value("10.20.16.10")});
    spec.options.push_back({77, support::text_value("iPXE")});
    spec.options.push_back({60, support::text_value("PXEClient")});
    spec.options.push_back({61, {1, 2, 3}});
    spec.options.push_back({61, {4}});
    messages.push_back(dhcp_message(spec));
  }
  for (const std::uint16_t port : {kServerPort, kPxePort}) {
    for (NetworkIndex network = 0; network < 3; ++network) {
      arrival_.network = network;
      arrival_.destination_port = port;
      for (const auto& bytes : messages) {
        const std::uint64_t before = support::allocations();
        static_cast<void>(server_.answer(bytes, arrival_));
        EXPECT_EQ(support::allocations(), before);
      }
    }
  }
}

TEST_F(ServerTest, needs_no_boot_files_to_answer) {
  // Goal: while the images are still loading, addresses are given out already.
  const support::DhcpBytes bytes = dhcp_message(message(kDiscover));
  support::DhcpBytes out(kReplyBytesMax);
  const auto decision =
      dhcp::answer(server_.policy(), {server_.leases()}, BootFilesView{}, arrival_, bytes, out);
  EXPECT_TRUE(std::holds_alternative<Reply>(decision));
}

TEST_F(ServerTest, says_nothing_into_a_span_that_is_too_short) {
  // Goal: the caller's buffer is the limit, and the drop has a name.
  const support::DhcpBytes bytes = dhcp_message(message(kDiscover));
  support::DhcpBytes out(kReplyBytesMin - 1);
  const auto decision =
      dhcp::answer(server_.policy(), {server_.leases()}, server_.files(), arrival_, bytes, out);
  EXPECT_EQ(std::get<wire::DropReason>(decision), wire::DropReason::dhcp_reply_too_long);
}

TEST_F(ServerTest, says_no_more_than_the_network_carries) {
  // Goal: a reply fits the mtu of the network that it leaves by, whatever its client would take.
  support::DhcpSpec spec = message(kDiscover);
  spec.options.push_back({57, support::number_value(9000, 2)});
  spec.options.push_back({55, {224}});
  const support::DhcpBytes bytes = dhcp_message(spec);
  const auto length = [&](std::uint16_t mtu) {
    config::Settings settings = support::example_settings();
    settings.ports[0].networks[0].mtu = mtu;
    support::DhcpFixture server(settings);
    return std::get<Reply>(server.answer(bytes, arrival_)).payload_bytes;
  };
  EXPECT_GT(length(1500), 576u - 28);
  EXPECT_LE(length(576), 576u - 28);
}

TEST_F(ServerTest, has_no_subnet_for_a_network_without_one) {
  // Goal: server mode on a network that no subnet describes is named as such.
  config::Settings settings = support::example_settings();
  settings.dhcp.subnets.erase(settings.dhcp.subnets.begin());
  support::DhcpFixture server(settings);
  const auto decision = server.answer(dhcp_message(message(kDiscover)), arrival_);
  EXPECT_EQ(std::get<wire::DropReason>(decision), wire::DropReason::dhcp_no_subnet);
}

TEST_F(ServerTest, begins_nothing_while_it_drains) {
  // Goal: who has been promised nothing is left to others, and who has been is served.
  const support::DhcpReply offer = reply_to(message(kDiscover));
  EXPECT_EQ(type_of(offer), kOffer);
  arrival_.is_draining = true;
  EXPECT_EQ(drop_of(message(kDiscover)), "draining");
  support::DhcpSpec spec = message(kDiscover);
  spec.options.clear();
  support::DhcpBytes bootp = dhcp_message(spec);
  bootp.resize(kReplyBytesMin);  // RFC 951 section 3
  EXPECT_EQ(std::get<wire::DropReason>(server_.answer(bootp, arrival_)),
            wire::DropReason::draining);
  EXPECT_EQ(type_of(reply_to(request_of(offer.yiaddr()))), kAck);
}

TEST_F(ServerTest, looks_for_a_remote_client_only_in_what_was_sent_to_us) {
  // Goal: a broadcast REQUEST with another subnet's ciaddr is judged where it was heard.
  support::DhcpSpec spec = message(kRequest);
  spec.ciaddr = "10.21.16.10";
  EXPECT_EQ(drop_of(spec), "dhcp_unknown_client");
  // The other subnet is authoritative, and grants a free address.
  arrival_.destination = support::address("10.20.0.2");
  EXPECT_EQ(type_of(reply_to(spec)), kAck);
}

}  // namespace
}  // namespace stentor::dhcp

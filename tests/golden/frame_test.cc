// SPDX-License-Identifier: BSD-3-Clause
// Goal: this exact frame gets this exact answer, or is dropped for this reason: Ethernet to UDP.
#include <gtest/gtest.h>

#include "support/rig.h"
#include "support/router_builder.h"
#include "support/tftp_builder.h"

namespace stentor {
namespace {

using support::ByteVector;
using wire::DropReason;

constexpr base::Time kNow{std::chrono::hours{1}};

struct Row {
  const char* name;
  ByteVector frame;
  std::variant<ByteVector, DropReason> expected;
};

ByteVector ping_data() { return support::patterned(32); }

std::vector<Row> arp_rows() {
  return {
      {"an ARP request for our address is answered to the asker (RFC 826)",
       support::arp_frame({.destination = support::kBroadcastMac}, {}),
       support::arp_frame({.destination = support::kClientMac, .source = support::kServerMac},
                          {.operation = 2,
                           .sender_mac = support::kServerMac,
                           .sender = support::kServerAddress,
                           .target_mac = support::kClientMac,
                           .target = support::kClientAddress})},
      {"the answer carries the tag of the request",
       support::arp_frame({.destination = support::kBroadcastMac, .tags = {{120, 0x8100, 5}}},
                          {.target = "10.120.0.2"}),
       support::arp_frame({.destination = support::kClientMac,
                           .source = support::kServerMac,
                           .tags = {{120, 0x8100, 5}}},
                          {.operation = 2,
                           .sender_mac = support::kServerMac,
                           .sender = "10.120.0.2",
                           .target_mac = support::kClientMac,
                           .target = support::kClientAddress})},
      {"the answer carries both tags of the request",
       support::arp_frame(
           {.destination = support::kBroadcastMac, .tags = {{100, 0x88a8}, {7, 0x8100}}},
           {.target = "10.7.0.2"}),
       support::arp_frame({.destination = support::kClientMac,
                           .source = support::kServerMac,
                           .tags = {{100, 0x88a8}, {7, 0x8100}}},
                          {.operation = 2,
                           .sender_mac = support::kServerMac,
                           .sender = "10.7.0.2",
                           .target_mac = support::kClientMac,
                           .target = support::kClientAddress})},
      {"a probe without a sender address (RFC 5227) is answered",
       support::arp_frame({.destination = support::kBroadcastMac}, {.sender = "0.0.0.0"}),
       support::arp_frame({.destination = support::kClientMac, .source = support::kServerMac},
                          {.operation = 2,
                           .sender_mac = support::kServerMac,
                           .sender = support::kServerAddress,
                           .target_mac = support::kClientMac,
                           .target = "0.0.0.0"})},
      {"an ARP request for another address is not ours",
       support::arp_frame({.destination = support::kBroadcastMac}, {.target = "10.20.0.3"}),
       DropReason::arp_not_for_us},
      {"our address of another VLAN is not ours here",
       support::arp_frame({.destination = support::kBroadcastMac}, {.target = "10.120.0.2"}),
       DropReason::arp_not_for_us},
      {"an ARP reply is not answered", support::arp_frame({}, {.operation = 2}),
       DropReason::arp_not_for_us},
  };
}

std::vector<Row> link_rows() {
  return {
      {"a frame to another station is dropped",
       support::icmp_frame({.destination = "02:00:00:00:00:99"}, {}, {}, ping_data()),
       DropReason::ethernet_not_ours},
      {"a group address that is not broadcast is dropped",
       support::icmp_frame({.destination = "01:00:5e:00:00:01"}, {}, {}, ping_data()),
       DropReason::ethernet_not_ours},
      {"a VLAN without a network is dropped", support::icmp_frame({.tags = {{121}}}, {}, {}, {}),
       DropReason::vlan_unknown},
      {"a priority tag is no VLAN, and comes back",
       support::icmp_frame({.tags = {{0, 0x8100, 3}}}, {}, {}, ping_data()),
       support::icmp_frame(
           {.destination = support::kClientMac,
            .source = support::kServerMac,
            .tags = {{0, 0x8100, 3}}},
           {.source = support::kServerAddress, .destination = support::kClientAddress}, {.type = 0},
           ping_data())},
      {"the outer tag alone does not lead to the inner network",
       support::icmp_frame({.tags = {{100, 0x88a8}}}, {.destination = "10.7.0.2"}, {}, {}),
       DropReason::vlan_unknown},
      {"LLDP is not spoken", support::ethernet_frame({}, 0x88cc, support::patterned(60)),
       DropReason::ethertype_unsupported},
      {"IPv6 is not spoken: a neighbour solicitation is dropped",
       support::router_frame({}, {.type = 135}), DropReason::icmpv6_unsupported},
      {"to a group of IPv6 neither",
       support::router_frame({.destination = "33:33:00:00:00:16"}, {.next_header = 0}),
       DropReason::ipv6_protocol_unsupported},
  };
}

std::vector<Row> ipv4_rows() {
  const ByteVector request = support::tftp_request("missing");
  return {
      {"a ping is answered with its data (RFC 792)", support::icmp_frame({}, {}, {}, ping_data()),
       support::icmp_frame(
           {.destination = support::kClientMac, .source = support::kServerMac},
           {.source = support::kServerAddress, .destination = support::kClientAddress}, {.type = 0},
           ping_data())},
      {"a ping to the broadcast address is not answered",
       support::icmp_frame({.destination = support::kBroadcastMac},
                           {.destination = "255.255.255.255"}, {}, ping_data()),
       DropReason::ipv4_not_ours},
      {"a ping to somebody else is not ours",
       support::icmp_frame({}, {.destination = "10.20.0.3"}, {}, ping_data()),
       DropReason::ipv4_not_ours},
      {"a TFTP request to a broadcast address is ignored (RFC 1123 4.2.3.4)",
       support::udp_frame({.destination = support::kBroadcastMac}, {.destination = "10.20.255.255"},
                          {2070, 69}, request),
       DropReason::ipv4_not_ours},
      {"a TFTP request from a machine without an address is ignored",
       support::udp_frame({}, {.source = "0.0.0.0"}, {2070, 69}, request),
       DropReason::ipv4_not_ours},
      {"a fragment is dropped",
       support::udp_frame({}, {.flags_and_offset = 0x2000}, {2070, 69}, request),
       DropReason::ipv4_fragment},
      {"a wrong UDP checksum is dropped",
       support::udp_frame({}, {}, {.source_port = 2070, .destination_port = 69, .checksum = 1},
                          request),
       DropReason::udp_checksum_wrong},
      {"a port without a service is silent", support::udp_frame({}, {}, {2070, 7}, request),
       DropReason::udp_port_closed},
      {"an ACK for no transfer is silent",
       support::udp_frame({}, {}, {2070, 50000}, support::tftp_ack(1)),
       DropReason::tftp_no_transfer},
  };
}

class GoldenFrame : public testing::Test {
 protected:
  void check(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      SCOPED_TRACE(row.name);
      support::Rig rig(
          {.yaml = support::kThreeNetworksConfig, .images = {{"file", support::patterned(600)}}},
          kNow);
      const std::vector<ByteVector> sent = rig.exchange(row.frame, kNow);
      if (const auto* reason = std::get_if<DropReason>(&row.expected)) {
        EXPECT_TRUE(sent.empty());
        EXPECT_EQ(rig.drops(*reason), 1u) << "expected " << wire::describe(*reason).name;
      } else {
        ASSERT_EQ(sent.size(), 1u);
        EXPECT_EQ(sent[0], std::get<ByteVector>(row.expected));
      }
      EXPECT_EQ(rig.buffers_in_use(), 0u);
    }
  }
};

TEST_F(GoldenFrame, Arp) { check(arp_rows()); }
TEST_F(GoldenFrame, Link) { check(link_rows()); }
TEST_F(GoldenFrame, Ipv4) { check(ipv4_rows()); }

}  // namespace
}  // namespace stentor

// SPDX-License-Identifier: BSD-3-Clause
// Goal: a TAP device, whose rules know single ports and no masks, loses no frame by being asked for
// rules: whatever it makes of them, each comes to one of its queues.
#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <set>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "dpdk/flow_rules.h"
#include "running_eal.h"
#include "wire/frame.h"

namespace stentor::dpdk {
namespace {

constexpr const char* kInterface = "steer0";

std::vector<std::uint8_t> udp_to(const Port& port, std::uint16_t destination_port) {
  const wire::Link link{.destination = port.traits().mac,
                        .source = wire::MacAddress{{2, 0, 0, 0, 0, 9}}};
  std::vector<std::uint8_t> frame(128);
  frame.resize(wire::write_udp_frame(
      frame, link,
      {wire::Ipv4Address{0x0a630009}, wire::Ipv4Address{0x0a630001}, 2000, destination_port}, 20));
  return frame;
}

// From the kernel's end of the device.
void inject(base::Bytes frame) {
  const int socket = ::socket(AF_PACKET, SOCK_RAW, 0);
  ASSERT_GE(socket, 0);
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(::if_nametoindex(kInterface));
  EXPECT_EQ(::sendto(socket, frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                     sizeof to),
            static_cast<ssize_t>(frame.size()));
  ::close(socket);
}

// The destination ports of UDP frames that came to any queue, until all of `expected` have.
std::multiset<std::uint16_t> ports_received(Port& port, std::size_t expected) {
  std::multiset<std::uint16_t> ports;
  for (int tries = 0; tries < 1000 && ports.size() < expected; ++tries) {
    for (std::uint16_t q = 0; q < port.queue_count(); ++q) {
      rte_mbuf* frame = nullptr;
      while (port.queue(q).receive({&frame, 1}) == 1) {
        const auto parsed = wire::parse_frame(port.queue(q).bytes(frame), {});
        if (parsed) {
          if (const auto* udp = std::get_if<wire::UdpDatagram>(&parsed->content)) {
            ports.insert(udp->destination_port);
          }
        }
        port.queue(q).release(frame);
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return ports;
}

void expect_every_port_arrives(Port& port, const std::multiset<std::uint16_t>& ports) {
  for (const std::uint16_t each : ports) inject(udp_to(port, each));
  EXPECT_EQ(ports_received(port, ports.size()), ports);
}

TEST(TapSteering, LosesNothingWhereTheDriverRefusesMasks) {
  const auto port = open_port(std::string("vdev:net_tap7,iface=") + kInterface, 2);
  ASSERT_TRUE(port);
  ASSERT_EQ(port->queue_count(), 2u);
  const SteeringPlan plan{
      .workers = 2,
      .slices = {{{49152, 57343}, 0}, {{57344, 65535}, 1}},
      .tag_counts = {0},
  };
  for (int start = 0; start < 2; ++start) {
    const std::string text = port->steer(plan);
    EXPECT_TRUE(text.starts_with("transfers steered to their workers by rings (")) << text;
    expect_every_port_arrives(*port, {69, 49152, 49153, 57343, 57344, 57345, 65535});
  }
}

// Two blocks of one port each: these it may take.
TEST(TapSteering, LosesNothingWhereTheDriverMayTakeTheRules) {
  const auto port = open_port(std::string("vdev:net_tap7,iface=") + kInterface, 2);
  ASSERT_TRUE(port);
  const SteeringPlan plan{
      .workers = 2, .slices = {{{50000, 50000}, 1}, {{50001, 50001}, 0}}, .tag_counts = {0}};
  const std::string text = port->steer(plan);
  EXPECT_TRUE(text.starts_with("transfers steered to their workers by ")) << text;
  RecordProperty("steering", text);
  expect_every_port_arrives(*port, {69, 50000, 50000, 50001, 50001, 50002});
}

}  // namespace
}  // namespace stentor::dpdk

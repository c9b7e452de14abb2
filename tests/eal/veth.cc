// SPDX-License-Identifier: BSD-3-Clause
#include "veth.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

namespace stentor::dpdk {

bool enter_new_network() { return ::unshare(CLONE_NEWNET) == 0; }

void run(const std::string& command) { EXPECT_EQ(std::system(command.c_str()), 0) << command; }

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 256> buffer;
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  ::pclose(pipe);
  return text;
}

Veth::Veth(const std::string& name, unsigned mtu, unsigned queues) : name_(name) {
  const std::string far = name + "p";
  const std::string count = std::to_string(queues);
  const std::string shape =
      " mtu " + std::to_string(mtu) + " numrxqueues " + count + " numtxqueues " + count + " ";
  run("ip link add " + name + shape + "type veth peer name " + far + shape);
  run("ethtool -K " + far + " tx off txvlan off >/dev/null");
  run("ip addr add 10.99.0.1/24 dev " + name);
  run("ip link set " + name + " up && ip link set " + far + " up");
  // Without IPv6 neither end says anything of its own accord.
  run("echo 1 > /proc/sys/net/ipv6/conf/" + name + "/disable_ipv6");
  run("echo 1 > /proc/sys/net/ipv6/conf/" + far + "/disable_ipv6");
  know_neighbour();
  socket_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(::if_nametoindex(far.c_str()));
  EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
}

Veth::~Veth() {
  ::close(socket_);
  run("ip link del " + name_);
}

void Veth::know_neighbour() {
  run("ip neigh replace 10.99.0.9 lladdr 02:00:00:00:00:09 dev " + name_);
}

void Veth::inject(base::Bytes frame) {
  EXPECT_EQ(::send(socket_, frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
}

std::vector<std::vector<std::uint8_t>> Veth::sniff(int milliseconds) {
  std::vector<std::vector<std::uint8_t>> frames;
  pollfd ready{socket_, POLLIN, 0};
  while (::poll(&ready, 1, milliseconds) == 1) {
    std::vector<std::uint8_t> frame(10000);
    sockaddr_ll from{};
    socklen_t length = sizeof from;
    const ssize_t got = ::recvfrom(socket_, frame.data(), frame.size(), 0,
                                   reinterpret_cast<sockaddr*>(&from), &length);
    if (got <= 0) break;
    frame.resize(static_cast<std::size_t>(got));
    if (from.sll_pkttype != PACKET_OUTGOING) frames.push_back(frame);
  }
  return frames;
}

}  // namespace stentor::dpdk

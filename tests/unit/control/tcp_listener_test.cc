// SPDX-License-Identifier: BSD-3-Clause
// Goal: the address that was asked for is listened on, or it is said why not.
#include "control/tcp_listener.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace stentor::control {
namespace {

constexpr wire::Ipv4Address kLoopback{0x7f000001};

// Port 0 is any that is free, which a test may take.
std::uint16_t port_of(const base::Descriptor& socket) {
  sockaddr_in name{};
  socklen_t length = sizeof name;
  ::getsockname(socket.number(), reinterpret_cast<sockaddr*>(&name), &length);
  EXPECT_EQ(ntohl(name.sin_addr.s_addr), kLoopback.host());
  return ntohs(name.sin_port);
}

TEST(TcpListener, ListensWhereItIsTold) {
  const auto socket = listen_on({kLoopback, 0}, "control.metrics.address");
  ASSERT_TRUE(socket) << socket.error().sentence;
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port_of(*socket));
  name.sin_addr.s_addr = htonl(kLoopback.host());
  const base::Descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(::connect(client.number(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  const base::Descriptor accepted(::accept(socket->number(), nullptr, nullptr));
  ASSERT_TRUE(accepted);
  int no_delay = 0;
  socklen_t length = sizeof no_delay;
  ::getsockopt(accepted.number(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &length);
  EXPECT_NE(no_delay, 0) << "a short segment must not wait for a client's ACK";
  EXPECT_LT(::accept(socket->number(), nullptr, nullptr), 0) << "it must not block";
}

TEST(TcpListener, SaysWhoIsInTheWay) {
  const auto first = listen_on({kLoopback, 0}, "control.metrics.address");
  ASSERT_TRUE(first);
  const std::uint16_t port = port_of(*first);
  EXPECT_EQ(listen_on({kLoopback, port}, "control.metrics.address").error().sentence,
            "cannot listen on 127.0.0.1:" + std::to_string(port) +
                ": Address already in use. Give control.metrics.address another port, or none");
}

TEST(TcpListener, SaysThatTheHostHasNoSuchAddress) {
  const std::string sentence =
      listen_on({wire::Ipv4Address{0xc0000201}, 0}, "control.metrics.address").error().sentence;
  EXPECT_NE(sentence.find("192.0.2.1:0"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("an address of this host"), std::string::npos) << sentence;
}

}  // namespace
}  // namespace stentor::control

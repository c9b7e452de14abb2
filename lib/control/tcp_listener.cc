// SPDX-License-Identifier: BSD-3-Clause
#include "control/tcp_listener.h"

#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/socket.h>

namespace stentor::control {

base::Result<base::Descriptor> listen_on(const config::TcpAddress& address, std::string_view key) {
  constexpr int kBacklog = 128;  // those who connect in the time of one look
  constexpr int kOn = 1;
  base::Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(address.port);
  name.sin_addr.s_addr = htonl(address.address.host());
  // A restart must not wait for the last one's connections to be forgotten.
  ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &kOn, sizeof kOn);
  // Its connections inherit it: a part of a TLS handshake would wait for the ACK of the part
  // before, which a client may delay by 40 ms.
  ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &kOn, sizeof kOn);
  if (socket && ::bind(socket.number(), reinterpret_cast<sockaddr*>(&name), sizeof name) == 0 &&
      ::listen(socket.number(), kBacklog) == 0) {
    return socket;
  }
  const int error = errno;
  return base::failure("cannot listen on " + std::string(address.address.text().view()) + ":" +
                       std::to_string(address.port) + ": " + base::system_reason(error) +
                       ". Give " + std::string(key) +
                       (error == EADDRINUSE ? " another port" : " an address of this host") +
                       ", or none");
}

}  // namespace stentor::control

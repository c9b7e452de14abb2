// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/interface_claim.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "dpdk/interface_link.h"

namespace stentor::dpdk {

base::Result<InterfaceClaim> InterfaceClaim::make(const std::string& interface) {
  // By index, so that the second is refused whatever it calls the interface: by an alternative
  // name, or by a new one that it was given since.
  const auto link = find_interface(interface);
  if (!link) return tl::unexpected(link.error());
  const std::string name = "stentor/interface/" + std::to_string(link->index);
  InterfaceClaim claim(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // unix(7), abstract: the name begins with a zero byte and is no file.
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (bind(claim.socket_, reinterpret_cast<const sockaddr*>(&address), length) == 0) return claim;
  if (errno == EADDRINUSE) {
    return base::failure("The interface `" + interface +
                         "` is used by another stentord or stentor-storm: stop it, or choose "
                         "another interface.");
  }
  return base::failure("The interface `" + interface +
                       "` cannot be claimed: " + base::system_reason(errno) + ".");
}

InterfaceClaim::~InterfaceClaim() {
  if (socket_ >= 0) close(socket_);
}

}  // namespace stentor::dpdk

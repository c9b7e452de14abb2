// SPDX-License-Identifier: BSD-3-Clause
#include "interface_claim.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fmt/format.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"

namespace stentor {

base::Result<InterfaceClaim> InterfaceClaim::make(const std::string& interface) {
  // By index, so that the second is refused whatever it calls the interface: by an alternative
  // name, or by a new one that it was given since.
  const unsigned index = if_nametoindex(interface.c_str());
  if (index == 0) {
    return base::failure(
        fmt::format("There is no interface `{}`: `ip link` lists them.", interface));
  }
  const std::string name = fmt::format("stentor/interface/{}", index);
  InterfaceClaim claim(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // unix(7), abstract: the name begins with a zero byte and is no file.
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (bind(claim.socket_, reinterpret_cast<const sockaddr*>(&address), length) == 0) return claim;
  if (errno == EADDRINUSE) {
    return base::failure(fmt::format(
        "The interface `{}` is served by another stentord: stop it, or choose another interface.",
        interface));
  }
  return base::failure(fmt::format("The interface `{}` cannot be claimed: {}.", interface,
                                   base::system_reason(errno)));
}

InterfaceClaim::~InterfaceClaim() {
  if (socket_ >= 0) close(socket_);
}

}  // namespace stentor

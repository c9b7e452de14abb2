// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/listening_socket.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/device_spec.h"

namespace stentor::dpdk {

namespace {

// What memif takes when its arguments do not say (its driver's own default).
constexpr std::string_view kMemifPath = "/run/memif.sock";

enum class Found { nothing, left_behind, in_use };

// Gives `use` a socket of this kind and the address, and returns its error.
template <typename Use>
int error_of(Use use, int kind, const ListeningSocket& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t begin = socket.abstract ? 1 : 0;
  std::memcpy(address.sun_path + begin, socket.path.data(), socket.path.size());
  const std::size_t length = offsetof(sockaddr_un, sun_path) + 1 + socket.path.size();
  const int fd = ::socket(AF_UNIX, kind | SOCK_CLOEXEC, 0);
  const int result =
      use(fd, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length));
  const int error = result == 0 ? 0 : errno;
  ::close(fd);
  return error;
}

// Neither way of asking is noticed by who is there.
base::Result<Found> look_at(const ListeningSocket& socket) {
  if (socket.path.size() >= sizeof sockaddr_un{}.sun_path) {
    return base::failure("The socket path `" + socket.path + "` is longer than 107 bytes.");
  }
  if (socket.abstract) {
    // The name is free if we could have it. It goes with the socket.
    return error_of(::bind, SOCK_SEQPACKET, socket) == EADDRINUSE ? Found::in_use : Found::nothing;
  }
  struct stat status {};
  if (::lstat(socket.path.c_str(), &status) != 0) return Found::nothing;
  if (!S_ISSOCK(status.st_mode)) {
    return base::failure("`" + socket.path + "` is in the way of a socket: remove it.");
  }
  // Connecting as a kind of socket that no device of ours is fails, and by which error says whether
  // there is anybody.
  const int error = error_of(::connect, SOCK_DGRAM, socket);
  if (error == EPROTOTYPE || error == 0) return Found::in_use;
  if (error == ECONNREFUSED) return Found::left_behind;
  return base::failure("The socket `" + socket.path + "` is another's (" +
                       base::system_reason(error) + "): remove it, or choose another path.");
}

tl::unexpected<base::Error> in_use(const ListeningSocket& socket) {
  return base::failure("Another process serves `" + socket.path +
                       "`: stop it, or choose another path.");
}

// As memif's driver reads its roles, the old words too.
bool is_memif_server(std::string_view role) {
  const auto says = [&](std::string_view word) { return role.find(word) != role.npos; };
  return says("server") || (says("master") && !says("client"));
}

}  // namespace

std::optional<ListeningSocket> listening_socket(std::string_view name,
                                                const std::string& arguments) {
  const config::DeviceSpec spec{config::DeviceKind::vdev, {}, std::string(name), arguments};
  const auto socket = [&](std::string_view path, bool abstract, bool shared) {
    return path.empty() ? std::nullopt
                        : std::optional(ListeningSocket{std::string(path), abstract, shared});
  };
  if (name.starts_with("net_vhost") || name.starts_with("eth_vhost")) {
    // As a client it connects to QEMU's socket instead.
    if (spec.argument("client") == "1") return std::nullopt;
    return socket(spec.argument("iface"), false, false);
  }
  if (name.starts_with("net_virtio_user") || name.starts_with("virtio_user")) {
    // Without, it connects to the socket, or opens the device of the kernel's at the path.
    if (spec.argument("server") != "1") return std::nullopt;
    return socket(spec.argument("path"), false, false);
  }
  if (name.starts_with("net_memif") && is_memif_server(spec.argument("role"))) {
    const std::string_view path = spec.argument("socket");
    return socket(path.empty() ? kMemifPath : path, spec.argument("socket-abstract") != "no", true);
  }
  return std::nullopt;
}

base::Result<void> check_listening_socket(const ListeningSocket& socket) {
  const auto found = look_at(socket);
  if (!found) return tl::unexpected(found.error());
  if (*found == Found::in_use) return in_use(socket);
  if (socket.abstract) return {};
  const std::string folder = std::filesystem::absolute(socket.path).parent_path();
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return base::failure("No socket can be made at `" + socket.path + "` (" +
                       base::system_reason(errno) + "): create the folder `" + folder +
                       "`, give it write permission, or choose another path.");
}

base::Result<void> clear_listening_socket(const ListeningSocket& socket) {
  const auto found = look_at(socket);
  if (!found) return tl::unexpected(found.error());
  if (*found == Found::in_use && !socket.shared) return in_use(socket);
  if (*found == Found::left_behind) ::unlink(socket.path.c_str());
  return {};
}

void abandon_listening_socket(const ListeningSocket& socket) {
  struct stat status {};
  if (socket.abstract || ::lstat(socket.path.c_str(), &status) != 0) return;
  if (S_ISSOCK(status.st_mode)) ::unlink(socket.path.c_str());
}

}  // namespace stentor::dpdk

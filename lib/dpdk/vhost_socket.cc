// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/vhost_socket.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/device_spec.h"

namespace stentor::dpdk {

namespace {

enum class Found { nothing, left_behind, unknown };

base::Result<Found> look_at(const std::string& path) {
  struct stat status {};
  if (path.empty() || ::lstat(path.c_str(), &status) != 0) return Found::nothing;
  if (!S_ISSOCK(status.st_mode)) {
    return base::failure("`" + path + "` is in the way of a vhost socket: remove it.");
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return base::failure("The socket path `" + path + "` is longer than 107 bytes.");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool answered =
      ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const bool refused = !answered && errno == ECONNREFUSED;
  ::close(fd);
  if (answered) {
    return base::failure("Another process serves `" + path + "`: stop it, or choose another path.");
  }
  return refused ? Found::left_behind : Found::unknown;
}

}  // namespace

std::string vhost_listening_path(std::string_view name, const std::string& arguments) {
  if (!name.starts_with("net_vhost") && !name.starts_with("eth_vhost")) return {};
  const config::DeviceSpec spec{config::DeviceKind::vdev, {}, std::string(name), arguments};
  // As a client it connects to QEMU's socket instead.
  return spec.argument("client") == "1" ? std::string() : std::string(spec.argument("iface"));
}

base::Result<void> check_vhost_socket(const std::string& path) {
  if (const auto found = look_at(path); !found) return tl::unexpected(found.error());
  const std::string folder = std::filesystem::absolute(path).parent_path();
  if (::access(folder.c_str(), W_OK | X_OK) == 0) return {};
  return base::failure("No socket can be made at `" + path + "` (" + base::system_reason(errno) +
                       "): create the folder `" + folder +
                       "`, give it write permission, or choose another path.");
}

base::Result<void> clear_vhost_socket(const std::string& path) {
  const auto found = look_at(path);
  if (!found) return tl::unexpected(found.error());
  if (*found == Found::left_behind) ::unlink(path.c_str());
  return {};
}

}  // namespace stentor::dpdk

// SPDX-License-Identifier: BSD-3-Clause
#include "interface_facts.h"

#include <arpa/inet.h>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <sstream>
#include <sys/ioctl.h>
#include <unistd.h>

namespace stentor {

namespace {

std::uint32_t host_order(const sockaddr* address) {
  sockaddr_in ipv4{};
  std::memcpy(&ipv4, address, sizeof ipv4);
  return ntohl(ipv4.sin_addr.s_addr);
}

std::optional<wire::Ipv4Prefix> first_address(const std::string& name) {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return std::nullopt;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (name != entry->ifa_name || entry->ifa_addr == nullptr || entry->ifa_netmask == nullptr ||
        entry->ifa_addr->sa_family != AF_INET) {
      continue;
    }
    const auto length = static_cast<std::uint8_t>(std::popcount(host_order(entry->ifa_netmask)));
    return wire::Ipv4Prefix{wire::Ipv4Address{host_order(entry->ifa_addr)}, length};
  }
  return std::nullopt;
}

// The gateway of the interface's default route: proc(5), /proc/net/route. Addresses there are the
// raw network-order words, printed as host integers.
std::optional<wire::Ipv4Address> default_gateway(const std::string& name) {
  std::ifstream table("/proc/self/net/route");
  std::string line;
  while (std::getline(table, line)) {
    std::istringstream fields(line);
    std::string interface;
    std::uint32_t destination = 1, gateway = 0;
    fields >> interface >> std::hex >> destination >> gateway;
    if (fields && interface == name && destination == 0 && gateway != 0) {
      return wire::Ipv4Address{ntohl(gateway)};
    }
  }
  return std::nullopt;
}

unsigned mtu_of(const std::string& name) {
  constexpr unsigned kUsual = 1500;
  const int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_fd < 0) return kUsual;
  ifreq request{};
  name.copy(request.ifr_name, sizeof request.ifr_name - 1);
  const bool known = ioctl(socket_fd, SIOCGIFMTU, &request) == 0;
  close(socket_fd);
  return known ? static_cast<unsigned>(request.ifr_mtu) : kUsual;
}

}  // namespace

base::Result<config::InterfaceFacts> read_interface_facts(const std::string& name) {
  if (if_nametoindex(name.c_str()) == 0) {
    return base::failure(fmt::format(
        "--interface {}: there is no such network interface; `ip link` lists them", name));
  }
  const auto address = first_address(name);
  if (!address) {
    return base::failure(fmt::format(
        "--interface {}: it has no IPv4 address; give it one (ip address add A.B.C.D/N dev {}) or "
        "write a configuration file",
        name, name));
  }
  return config::InterfaceFacts{
      .name = name, .address = *address, .gateway = default_gateway(name), .mtu = mtu_of(name)};
}

}  // namespace stentor

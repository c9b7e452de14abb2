// SPDX-License-Identifier: BSD-3-Clause
#include "interface_facts.h"

#include <arpa/inet.h>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <map>
#include <memory>
#include <netinet/in.h>

#include "dpdk/interface.h"
#include "dpdk/interface_link.h"

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

}  // namespace

base::Result<config::InterfaceFacts> read_interface_facts(const std::string& name) {
  const auto facts = dpdk::read_interface(name);
  if (!facts) return base::failure("--interface: " + facts.error().sentence);
  const auto address = first_address(facts->name);
  if (!address) {
    return base::failure(fmt::format(
        "--interface {}: it has no IPv4 address; give it one (ip address add A.B.C.D/N dev {}) or "
        "write a configuration file",
        facts->name, facts->name));
  }
  return config::InterfaceFacts{
      .name = facts->name, .address = *address, .gateway = facts->gateway, .mtu = facts->mtu};
}

std::optional<std::string> find_shared_interface(const config::Settings& settings) {
  std::map<unsigned, const config::Port*> ports;
  for (const config::Port& port : settings.ports) {
    if (port.device.kind != config::DeviceKind::interface) continue;
    const auto link = dpdk::find_interface(port.device.name);
    if (!link) continue;
    const auto [first, fresh] = ports.emplace(link->index, &port);
    if (fresh) continue;
    return fmt::format(
        "port {}: {} is the interface {}, which port {} has by the name of {}; put the networks of "
        "both into one port",
        port.name, port.device.name, link->name, first->second->name, first->second->device.name);
  }
  return std::nullopt;
}

}  // namespace stentor

// SPDX-License-Identifier: BSD-3-Clause
#include "config/run_time_host.h"

#include <algorithm>

#include "config/key.h"
#include "config/limit.h"
#include "config/near_miss.h"
#include "config/report.h"
#include "config/section.h"
#include "config/taken_address.h"
#include "config/value.h"

namespace stentor::config {

namespace {

using wire::Ipv4Address;

constexpr std::string_view kBootOnce =
    "a file's path below images.root, 1 to 127 bytes long, without braces";

// As the parser says it of a value in a file.
std::optional<std::string> flaw_of_path(const std::string& path, const char* field,
                                        std::string_view expected) {
  Report report("");
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = path;
  static_cast<void>(read_boot_file(Cursor(node, expected, report)));
  if (report.empty()) return std::nullopt;
  return field + (": " + report.take().front().message);
}

bool names_router(const std::vector<DhcpOption>& options, Ipv4Address address) {
  const auto routers = routers_in(options);
  return std::ranges::find(routers, address) != routers.end();
}

const Subnet* find_subnet(const Settings& settings, Ipv4Address address) {
  const auto found = std::ranges::find_if(settings.dhcp.subnets, [address](const Subnet& subnet) {
    return subnet.prefix.contains(address);
  });
  return found == settings.dhcp.subnets.end() ? nullptr : &*found;
}

// What no machine may get; empty: it is none of that.
std::string what_is(const Settings& settings, const Subnet& subnet, Ipv4Address address) {
  for (const Port& port : settings.ports) {
    for (const Network& network : port.networks) {
      if (network.address.address == address) return "our own address";
      if (network.gateway == address) return "a gateway";
    }
  }
  if (settings.dhcp.relays) {
    for (const Relay& relay : *settings.dhcp.relays) {
      if (relay.address == address) return "a relay agent";
    }
  }
  if (subnet.prefix.length < 31) {
    if (address == subnet.prefix.network()) return "the subnet's own address";
    if (address == subnet.prefix.last()) return "the subnet's broadcast address";
  }
  const bool is_router =
      names_router(settings.dhcp.options, address) || names_router(subnet.options, address) ||
      (subnet.shared_network &&
       names_router(settings.dhcp.shared_networks[*subnet.shared_network].options, address));
  return is_router ? "a router (option routers)" : "";
}

std::string obstacle_of_address(Ipv4Address address, const Settings& settings) {
  const std::string shown = "address '" + std::string(address.text().view()) + "': ";
  const Subnet* subnet = find_subnet(settings, address);
  if (subnet == nullptr) {
    return shown + "no subnet of dhcp.subnets holds it; add the subnet, or choose another";
  }
  const std::string what = what_is(settings, *subnet, address);
  return what.empty() ? "" : shown + "this is " + what + "; choose another";
}

std::size_t find_class(const Settings& settings, const std::string& name) {
  const auto& classes = settings.dhcp.classes;
  return static_cast<std::size_t>(std::ranges::find(classes, name, &ClientClass::name) -
                                  classes.begin());
}

}  // namespace

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (end != 0) names.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return names;
}

std::optional<std::string> flaw_of(const RunTimeHost& host) {
  if (host.mac.is_group() || host.mac.is_zero()) return "mac: no machine has this address";
  if (host.address && !host.address->is_unicast()) {
    return "address '" + std::string(host.address->text().view()) +
           "': no machine can have this address";
  }
  if (!host.hostname.empty() && !is_hostname(host.hostname)) {
    return "hostname " + in_quotes(host.hostname) +
           ": expected letters, digits, '-' and '.', up to 253 bytes, 63 a label";
  }
  if (!host.boot_file.empty()) {
    if (auto flaw = flaw_of_path(host.boot_file, "boot-file", kBootFile)) return flaw;
  }
  if (host.boot_once.empty()) return std::nullopt;
  if (host.boot_once.find('{') != std::string::npos) {
    return "boot-once: " + in_quotes(host.boot_once) +
           ": no word in braces stands for anything here; name one file, without a brace";
  }
  return flaw_of_path(host.boot_once, "boot-once", kBootOnce);
}

std::vector<std::string> obstacles_of(const RunTimeHost& host, const Settings& settings) {
  std::vector<std::string> obstacles;
  if (host.address) {
    std::string obstacle = obstacle_of_address(*host.address, settings);
    if (!obstacle.empty()) obstacles.push_back(std::move(obstacle));
  }
  for (const std::string& name : host.classes) {
    if (find_class(settings, name) != settings.dhcp.classes.size()) continue;
    std::vector<std::string_view> known;
    for (const ClientClass& one : settings.dhcp.classes) known.push_back(one.name);
    const std::string_view meant = find_near_miss(name, known);
    obstacles.push_back("class " + in_quotes(name) + ": dhcp.classes has no class of this name" +
                        (meant.empty() ? "; add it there, or leave it out"
                                       : "; did you mean '" + std::string(meant) + "'?"));
  }
  return obstacles;
}

std::optional<Ipv4Address> address_of(const RunTimeHost& host, const Settings& settings) {
  if (!host.address || !obstacle_of_address(*host.address, settings).empty()) return std::nullopt;
  return host.address;
}

ClassMask classes_of(const RunTimeHost& host, const Settings& settings) {
  ClassMask mask = 0;
  for (const std::string& name : host.classes) {
    const std::size_t bit = find_class(settings, name);
    if (bit != settings.dhcp.classes.size()) mask |= ClassMask{1} << bit;
  }
  return mask;
}

}  // namespace stentor::config

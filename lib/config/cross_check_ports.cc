// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>
#include <map>
#include <string>

#include "config/cross_check.h"
#include "config/limit.h"

namespace stentor::config {
namespace {

struct Placed {
  const NetworkDraft* network;
  std::size_t port;
};

std::string line_of(const Node* node) { return "line " + std::to_string(node->line); }

// What a device takes for itself, and what to say to the next one that wants it.
struct Claim {
  std::string what;
  std::string_view clash;
};

// The plainest clash first.
std::vector<Claim> claims_of(const DeviceSpec& device) {
  constexpr std::string_view kSame = "has this device; put the networks of both into one port";
  switch (device.kind) {
    case DeviceKind::pci:
      return {{"pci " + device.name, kSame}};
    case DeviceKind::interface:
      return {{"iface " + device.name, kSame}};
    case DeviceKind::bond:
    case DeviceKind::vdev:
      break;
  }
  std::vector<Claim> claims{
      {"vdev " + device.name + "," + device.arguments, kSame},
      {"vdev " + device.name,
       "has a virtual device of this name; number them, like net_vhost0 and net_vhost1"}};
  // The socket of net_vhost; the interface of net_af_packet, net_af_xdp and net_tap.
  if (const std::string_view iface = device.argument("iface"); !iface.empty()) {
    claims.push_back({"iface " + std::filesystem::path(iface).lexically_normal().string(),
                      "has this iface; each device needs its own"});
  }
  return claims;
}

void check_names(const Draft& draft, Report& report) {
  std::map<std::string, const Node*> names;
  for (const PortDraft& port : draft.ports) {
    if (!port.port.name.empty()) {
      const auto [first, fresh] = names.emplace(port.port.name, port.name);
      if (!fresh) {
        report.add(*port.name,
                   "the port in " + line_of(first->second) + " has this name; choose another");
      }
    }
  }
}

void check_devices(const Draft& draft, Report& report) {
  std::map<std::string, const Node*> taken;
  for (const PortDraft& port : draft.ports) {
    if (port.device == nullptr) continue;
    bool clashed = false;
    for (const DeviceSpec& device : port.port.device.devices()) {
      for (const Claim& claim : claims_of(device)) {
        const auto [first, fresh] = taken.emplace(claim.what, port.device);
        if (fresh || clashed) continue;
        clashed = true;
        std::string sentence = "the port in " + line_of(first->second) + " ";
        sentence += claim.clash;
        if (first->second == port.device) {
          sentence = device.text + " clashes with another device of the bond";
        }
        report.add(*port.device, sentence);
      }
    }
  }
}

void check_vlans(const PortDraft& port, Report& report) {
  std::map<wire::VlanPath, const Node*> vlans;
  for (const NetworkDraft& network : port.networks) {
    if (network.vlan_refused) continue;
    const Node* place = network.vlan != nullptr ? network.vlan : network.node;
    const auto [first, fresh] = vlans.emplace(network.network.vlan, place);
    if (fresh) continue;
    report.add(*place, network.vlan != nullptr
                           ? "the network in " + line_of(first->second) +
                                 " has this VLAN; a VLAN of a port has one network"
                           : "the network in " + line_of(first->second) +
                                 " is untagged too; give one of them a vlan");
  }
}

// Networks are few: each is compared with each before it.
void check_prefixes(const std::vector<Placed>& networks, Report& report) {
  for (std::size_t at = 0; at < networks.size(); ++at) {
    const NetworkDraft& network = *networks[at].network;
    for (std::size_t before = 0; before < at; ++before) {
      const NetworkDraft& other = *networks[before].network;
      const wire::Ipv4Prefix& mine = network.network.address;
      const wire::Ipv4Prefix& theirs = other.network.address;
      if (!prefixes_overlap(mine, theirs)) continue;
      const std::string where = prefix_text(theirs) + " in " + line_of(other.address);
      if (mine.address == theirs.address) {
        report.add(*network.address, "the network in " + line_of(other.address) +
                                         " has this address; each network needs its own");
      } else if (!same_network(mine, theirs)) {
        report.add(*network.address,
                   "overlaps the network " + where + "; correct the length of one of them");
      } else if (networks[at].port == networks[before].port) {
        report.add(*network.address,
                   "the same network as " + where + "; a port has it once, on one VLAN");
      } else {
        continue;
      }
      break;
    }
  }
}

}  // namespace

std::string prefix_text(const wire::Ipv4Prefix& prefix) {
  return std::string(prefix.network().text().view()) + "/" + std::to_string(prefix.length);
}

bool prefixes_overlap(const wire::Ipv4Prefix& a, const wire::Ipv4Prefix& b) {
  return a.contains(b.network()) || b.contains(a.network());
}

bool same_network(const wire::Ipv4Prefix& a, const wire::Ipv4Prefix& b) {
  return a.length == b.length && a.network() == b.network();
}

void check_interface(const PortDraft& port, Report& report) {
  if (port.port.device.kind != DeviceKind::interface) return;
  if (port.networks.size() <= kNetworksPerInterfaceMax) return;
  report.add(*port.networks[kNetworksPerInterfaceMax].node,
             "an interface of the kernel serves " + std::to_string(kNetworksPerInterfaceMax) +
                 " networks at most; give the device to DPDK by its PCI address, or remove some");
}

void check_ports(const Draft& draft, Report& report) {
  check_names(draft, report);
  check_devices(draft, report);
  std::vector<Placed> networks;
  std::size_t count = 0;
  for (std::size_t port = 0; port < draft.ports.size(); ++port) {
    check_vlans(draft.ports[port], report);
    check_interface(draft.ports[port], report);
    for (const NetworkDraft& network : draft.ports[port].networks) {
      if (++count == kNetworksMax + 1) {
        return report.add(*network.node, "the ports have more than " +
                                             std::to_string(kNetworksMax) +
                                             " networks together; remove some");
      }
      if (network.address != nullptr) networks.push_back({&network, port});
    }
  }
  check_prefixes(networks, report);
}

}  // namespace stentor::config

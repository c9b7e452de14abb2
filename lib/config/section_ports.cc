// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "config/bond_spec.h"
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

constexpr std::size_t kDeviceBytesMax = 1024;

std::optional<DeviceSpec> read_device(const Cursor& value) {
  const std::optional<std::string> text = read_text(value, kDeviceBytesMax);
  if (!text) return std::nullopt;
  auto device = DeviceSpec::parse(*text);
  if (device) return *std::move(device);
  value.unexpected(device.error());
  return std::nullopt;
}

// The kernel bonds its own.
std::optional<DeviceSpec> read_member(const Cursor& value) {
  auto device = read_device(value);
  if (!device || device->kind != DeviceKind::interface) return device;
  value.unexpected(kKernelBonds);
  return std::nullopt;
}

std::optional<DeviceSpec> read_bond(Mapping& section, const Cursor& devices,
                                    std::optional<BondMode> mode) {
  std::vector<DeviceSpec> members;
  bool is_whole = true;
  for (const Cursor& item : section.find_items("device", kBondMembersMax)) {
    auto member = read_member(item);
    is_whole &= member.has_value();
    if (member) members.push_back(*std::move(member));
  }
  if (!is_whole) return std::nullopt;
  if (members.size() < 2) {
    devices.unexpected("a bond has two devices at least");
    return std::nullopt;
  }
  if (!section.stands("bond")) {
    devices.error(
        "several devices are one port by a bond: add `bond: lacp`, or `bond: "
        "active-backup` where the switch knows nothing of it");
  }
  if (!mode) return std::nullopt;
  return bond_of(std::move(members), *mode);
}

std::optional<wire::VlanPath> read_vlan(const Cursor& value) {
  const auto identifier = [](std::string_view text) -> std::optional<std::uint16_t> {
    const auto number = parse_number(text);
    if (!number || *number < 1 || *number > 4094) return std::nullopt;
    return static_cast<std::uint16_t>(*number);
  };
  const std::string_view text = value.text();
  const std::size_t dot = text.find('.');
  const auto outer = identifier(text.substr(0, dot));
  const auto inner = dot == std::string_view::npos ? std::optional<std::uint16_t>(0)
                                                   : identifier(text.substr(dot + 1));
  if (outer && inner) return wire::VlanPath{*outer, *inner};
  value.unexpected();
  return std::nullopt;
}

// The appliance's own address: a host's, not the network's.
std::optional<wire::Ipv4Prefix> read_own_address(const Cursor& value) {
  const auto prefix = wire::Ipv4Prefix::parse(value.text());
  if (!prefix || prefix->length == 0) {
    value.unexpected(wire::Ipv4Address::parse(value.text()) ? "the network's length is missing"
                                                            : "no ADDRESS/LENGTH");
  } else if (!prefix->address.is_unicast()) {
    value.unexpected("no machine can have this address");
  } else if (prefix->length < 31 && prefix->address == prefix->network()) {
    value.unexpected("this is the address of the network itself");
  } else if (prefix->is_directed_broadcast(prefix->address)) {
    value.unexpected("this is the network's broadcast address");
  } else {
    return prefix;
  }
  return std::nullopt;
}

void read_gateway(const Cursor& value, NetworkDraft& draft) {
  if (value.is_word("none")) return;
  draft.network.gateway = read_address(value);
  if (!draft.network.gateway) return;
  draft.gateway = &value.node();
  if (draft.address == nullptr) return;
  const wire::Ipv4Prefix& own = draft.network.address;
  const wire::Ipv4Address gateway = *draft.network.gateway;
  if (!own.contains(gateway)) {
    value.unexpected("it is not in " + std::string(own.network().text().view()) + "/" +
                     std::to_string(own.length));
  } else if (gateway == own.address) {
    value.unexpected("this is our own address");
  } else if (own.length < 31 && (gateway == own.network() || gateway == own.last())) {
    value.unexpected("this is the network's own or its broadcast address");
  }
}

NetworkDraft read_network_entry(const Cursor& cursor) {
  NetworkDraft draft;
  draft.node = &cursor.node();
  Mapping section(cursor, kNetworkSection);
  if (const auto value = section.find("vlan")) {
    assign(draft.network.vlan, read_vlan(*value));
    draft.vlan = &value->node();
    draft.vlan_refused = draft.network.vlan == wire::VlanPath{};
  }
  if (const auto value = section.find("address")) {
    if (const auto address = read_own_address(*value)) {
      draft.network.address = *address;
      draft.address = &value->node();
    }
  }
  if (const auto value = section.find("gateway")) read_gateway(*value, draft);
  if (const auto value = section.find("mtu")) {
    // Every host takes a datagram of 576 bytes, and DHCP counts on it (RFC 2131 section 2).
    assign(draft.network.mtu, read_number<std::uint16_t>(*value, 576, 65535));
  }
  if (const auto value = section.find("dhcp")) {
    assign(draft.network.dhcp, read_dhcp_mode(*value));
    draft.mode_given = true;
  }
  return draft;
}

PortDraft read_port(const Cursor& cursor) {
  PortDraft draft;
  Mapping section(cursor, kPortSection);
  if (const auto value = section.find("name")) {
    draft.name = &value->node();
    assign(draft.port.name, read_name(*value));
  }
  std::optional<BondMode> mode;
  const auto bond = section.find("bond");
  if (bond) mode = read_choice(*bond, kBondModes);
  if (const auto value = section.find("device")) {
    if (auto device = value->is_list() ? read_bond(section, *value, mode) : read_device(*value)) {
      draft.port.device = *std::move(device);
      draft.device = &value->node();
    }
    if (bond && !value->is_list()) bond->error("a bond is of several devices: make device a list");
  }
  if (const auto value = section.find("queues"); value && !value->is_word("auto")) {
    draft.port.queues = read_number<std::uint16_t>(*value, 1, kQueuesMax);
  }
  for (const Cursor& item : section.find_items("networks", kNetworksMax)) {
    draft.networks.push_back(read_network_entry(item));
  }
  if (const auto value = section.find("networks")) value->refuse_empty_list();
  return draft;
}

}  // namespace

void read_ports(Mapping& file, Draft& draft) {
  for (const Cursor& item : file.find_items("ports", kPortsMax)) {
    draft.ports.push_back(read_port(item));
  }
  if (const auto value = file.find("ports")) value->refuse_empty_list();
}

}  // namespace stentor::config

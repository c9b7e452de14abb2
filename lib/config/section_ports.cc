// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

constexpr std::size_t kPortNameBytesMax = 32;
constexpr std::size_t kInterfaceNameBytesMax = 15;  // IFNAMSIZ, less the terminating zero
constexpr std::size_t kDeviceBytesMax = 1024;

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_hex(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// "DDDD:BB:DD.F"
bool is_pci_address(std::string_view text) {
  return text.size() == 12 && text[4] == ':' && text[7] == ':' && text[10] == '.' &&
         is_hex(text.substr(0, 4)) && is_hex(text.substr(5, 2)) && is_hex(text.substr(8, 2)) &&
         text[11] >= '0' && text[11] <= '7';
}

bool is_interface_name(std::string_view name) {
  return !name.empty() && name.size() <= kInterfaceNameBytesMax && name != "." && name != ".." &&
         name.find_first_of("/ \t:") == std::string_view::npos;
}

std::optional<std::string> read_port_name(const Cursor& value) {
  const std::string& text = value.text();
  const bool good = !text.empty() && text.size() <= kPortNameBytesMax &&
                    std::ranges::all_of(
                        text, [](char c) { return is_word_character(c) || c == '.' || c == '-'; });
  if (good) return text;
  value.unexpected();
  return std::nullopt;
}

std::optional<std::string> read_device(const Cursor& value) {
  constexpr std::string_view kInterface = "interface:";
  constexpr std::string_view kVirtual = "vdev:";
  const std::optional<std::string> text = read_text(value, kDeviceBytesMax);
  if (!text) return std::nullopt;
  if (text->starts_with(kInterface)) {
    if (is_interface_name(text->substr(kInterface.size()))) return text;
    value.unexpected("an interface's name has 1 to 15 characters, none of them '/', ':' or blank");
  } else if (text->starts_with(kVirtual)) {
    const std::string driver = text->substr(kVirtual.size(), text->find(',') - kVirtual.size());
    if (!driver.empty() && std::ranges::all_of(driver, is_word_character)) return text;
    value.unexpected("a driver's name has letters, digits and '_'");
  } else if (is_pci_address(*text)) {
    return text;
  } else if (is_pci_address("0000:" + *text)) {
    value.unexpected("the PCI domain is missing; write \"0000:" + *text + "\"");
  } else {
    value.unexpected(is_interface_name(*text) && text->find_first_of("=,") == std::string::npos
                         ? "for a network interface, write interface:" + *text
                         : std::string());
  }
  return std::nullopt;
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
    assign(draft.network.mtu, read_number<std::uint16_t>(*value, 68, 65535));
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
    assign(draft.port.name, read_port_name(*value));
  }
  if (const auto value = section.find("device")) {
    draft.device = &value->node();
    assign(draft.port.device, read_device(*value));
  }
  if (const auto value = section.find("queues"); value && !value->is_word("auto")) {
    draft.port.queues = read_number<std::uint16_t>(*value, 1, kQueuesMax);
  }
  for (const Cursor& item : section.find_items("networks", kNetworksMax)) {
    draft.networks.push_back(read_network_entry(item));
  }
  if (const auto value = section.find("networks"); value && value->node().children.empty()) {
    value->unexpected("the list is empty");
  }
  return draft;
}

}  // namespace

void read_ports(Mapping& file, Draft& draft) {
  for (const Cursor& item : file.find_items("ports", kPortsMax)) {
    draft.ports.push_back(read_port(item));
  }
  if (const auto value = file.find("ports"); value && value->node().children.empty()) {
    value->unexpected("the list is empty");
  }
}

}  // namespace stentor::config

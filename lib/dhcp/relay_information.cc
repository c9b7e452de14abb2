// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/relay_information.h"

#include "dhcp/options.h"
#include "dhcp/server.h"

namespace stentor::dhcp {

namespace {

bool take_address(base::Bytes option, std::uint8_t code, std::optional<wire::Ipv4Address>& field) {
  const auto value = find_sub_option(option, code);
  if (!value) return true;
  if (value->size() != 4) return false;
  field.emplace(base::load_big_endian<std::uint32_t>(value->data()));
  return field->is_unicast();
}

}  // namespace

std::uint16_t RelayInformation::answer_port(std::uint16_t from) const {
  return has_source_port && from != 0 ? from : kServerPort;
}

wire::Parsed<RelayInformation> parse_relay_information(base::Bytes option) {
  RelayInformation said;
  if (option.empty()) return said;
  if (!take_address(option, sub_option::kLinkSelection, said.link) ||
      !take_address(option, sub_option::kServerIdentifier, said.server_identifier)) {
    return wire::drop(wire::DropReason::dhcp_malformed);
  }
  // RFC 8357 section 4: it has no value, and says that the relay does not listen on port 67 alone.
  if (const auto port = find_sub_option(option, sub_option::kRelaySourcePort)) {
    if (!port->empty()) return wire::drop(wire::DropReason::dhcp_malformed);
    said.has_source_port = true;
  }
  return said;
}

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/configuration.h"

#include <algorithm>
#include <array>

#include "dhcp/boot.h"

namespace stentor::dhcp {

namespace {

bool asks_for(const Options& options, std::uint8_t code) {
  return options.parameter_list.empty() ||
         std::ranges::find(options.parameter_list, code) != options.parameter_list.end();
}

void append_once(ReplyWriter& writer, const EncodedOption& option) {
  if (!writer.has(option.code)) writer.append(option.bytes);
}

// A plain DHCP answer, with neither option 60 nor 43: every BIOS ROM, EDK2 ("DHCP only offer with
// boot file") and iPXE boot from it. Option 60 alone would send UEFI to port 4011 first, and with
// 43.6 it would only name the same file in another way.
void write_boot(ReplyWriter& writer, const Exchange& exchange) {
  const Request& request = exchange.request;
  const BootTarget* target = find_boot_target(exchange);
  if (target == nullptr) return;
  write_boot_fields(writer.header(), *target, exchange.self);
  if (request.is_firmware() || asks_for(request.options, option::kBootFileName)) {
    write_boot_options(writer, exchange, *target);
  }
}

// iPXE waits two seconds for a ProxyDHCP server unless it is told that there is none.
void write_ipxe(ReplyWriter& writer, const Exchange& exchange) {
  if (!exchange.request.is_ipxe()) return;
  if (exchange.subnet->find_option(option::kIpxe) != nullptr) return;
  constexpr std::array<std::uint8_t, 5> kNoProxy{option::kIpxe, 3, option::kIpxeNoProxy, 1, 1};
  writer.append(kNoProxy);
}

void write_hostname(ReplyWriter& writer, const Exchange& exchange) {
  if (exchange.reservation == nullptr || exchange.reservation->hostname.empty()) return;
  if (!asks_for(exchange.request.options, option::kHostname)) return;
  const auto& name = exchange.reservation->hostname;
  std::array<std::uint8_t, 2 + 255> encoded;
  if (name.size() > 255) return;
  encoded[0] = option::kHostname;
  encoded[1] = static_cast<std::uint8_t>(name.size());
  std::ranges::copy(name, encoded.begin() + 2);
  writer.append(base::Bytes(encoded).first(2 + name.size()));
}

}  // namespace

void echo_identifiers(ReplyWriter& writer, const Request& request) {
  const Options& options = request.options;
  if (!options.client_identifier.empty()) {
    writer.require(option::kClientIdentifier, options.client_identifier);
  }
  if (!options.uuid.empty()) writer.require(option::kUuid, options.uuid);
}

void write_configuration(ReplyWriter& writer, const Exchange& exchange) {
  const Subnet& subnet = *exchange.subnet;
  const Options& options = exchange.request.options;
  append_once(writer, *subnet.find_option(option::kSubnetMask));
  write_boot(writer, exchange);
  write_ipxe(writer, exchange);
  write_hostname(writer, exchange);
  for (const std::uint8_t code : options.parameter_list) {
    if (const EncodedOption* option = subnet.find_option(code)) append_once(writer, *option);
  }
  for (const EncodedOption& option : subnet.options) {
    if (option.always || options.parameter_list.empty()) append_once(writer, option);
  }
}

}  // namespace stentor::dhcp

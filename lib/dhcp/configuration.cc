// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/configuration.h"

#include <algorithm>
#include <array>
#include <bit>

#include "dhcp/boot.h"
#include "dhcp/fqdn.h"
#include "dhcp/pxe.h"

namespace stentor::dhcp {

namespace {

bool asks_for(const Options& options, std::uint8_t code) {
  return options.parameter_list.empty() ||
         std::ranges::find(options.parameter_list, code) != options.parameter_list.end();
}

void append_once(ReplyWriter& writer, const EncodedOption* option) {
  if (option != nullptr && !writer.has(option->code)) writer.append(option->bytes);
}

// A host's own options, its classes' in their order, its pool's, its subnet's and what is wider.
OptionScopes scopes_of(const Exchange& exchange, const Subnet& subnet, wire::Ipv4Address address) {
  OptionScopes scopes;
  if (exchange.reservation != nullptr) scopes.add(exchange.reservation->options);
  ClassMask classes = exchange.subject.classes & exchange.policy.classes_with_options();
  for (; classes != 0; classes &= classes - 1) {
    const auto bit = static_cast<std::size_t>(std::countr_zero(classes));
    scopes.add(&exchange.policy.class_options(bit));
  }
  if (exchange.policy.has_pool_options()) {
    const Pool* pool = exchange.policy.find_pool(address);
    if (pool != nullptr) scopes.add(pool->options);
  }
  scopes.add(&subnet.options);
  return scopes;
}

// What is asked for, in that order, then what is sent unasked. `Scopes`: an OptionSet or several.
template <typename Scopes>
void write_options(ReplyWriter& writer, const Scopes& scopes,
                   std::span<const OptionSet* const> sets, base::Bytes asked) {
  for (const std::uint8_t code : asked) append_once(writer, scopes.find(code));
  for (const OptionSet* set : sets) {
    for (const EncodedOption& option : set->options()) {
      if (option.always || asked.empty()) append_once(writer, scopes.find(option.code));
    }
  }
}

// By default a plain DHCP answer, with neither option 60 nor 43: every BIOS ROM, EDK2 ("DHCP only
// offer with boot file") and iPXE boot from it. Option 60 alone would send UEFI to port 4011 first,
// and with 43.6 it would only name the same file in another way.
void write_boot(ReplyWriter& writer, const Exchange& exchange, const BootFile& file) {
  const Request& request = exchange.request;
  write_boot_fields(writer, exchange, file);
  // Of BOOTP these fields are all (RFC 1534 section 2: no option that only DHCP has).
  if (request.options.type == MessageType::none) return;
  if (request.is_firmware || asks_for(request.options, option::kBootFileName)) {
    write_boot_options(writer, exchange, file);
  }
  write_boot_class(writer, exchange, file, config::PxeReply::boot_file);
}

// iPXE waits two seconds for a ProxyDHCP server unless it is told that there is none.
void write_ipxe(ReplyWriter& writer, const Exchange& exchange, const OptionScopes& scopes) {
  if (!exchange.request.is_ipxe()) return;
  if (scopes.find(option::kIpxe) != nullptr) return;
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

void echo_identifiers(ReplyWriter& writer, const Exchange& exchange) {
  const Options& options = exchange.request.options;
  if (!options.client_identifier.empty()) {
    writer.require(option::kClientIdentifier, options.client_identifier);
  }
  if (!options.uuid.empty()) writer.require(option::kUuid, options.uuid);
  const auto link = options.subnet_selection;
  if (link && exchange.subnet != nullptr &&
      exchange.policy.subnet_of(*exchange.subnet, *link).prefix.contains(*link)) {
    writer.require(option::kSubnetSelection, *link);
  }
}

void write_configuration(ReplyWriter& writer, const Exchange& exchange, wire::Ipv4Address address,
                         const BootFile* boot) {
  const Subnet& subnet = exchange.policy.subnet_of(*exchange.subnet, address);
  const Options& options = exchange.request.options;
  const OptionScopes scopes = scopes_of(exchange, subnet, address);
  append_once(writer, subnet.options.find(option::kSubnetMask));
  if (boot != nullptr) write_boot(writer, exchange, *boot);
  writer.settle_header();
  write_ipxe(writer, exchange, scopes);
  write_hostname(writer, exchange);
  write_fqdn(writer, options);
  // RFC 8925 section 3.3: only who asks for it gets it.
  if (options.parameter_list.empty()) writer.withhold(option::kV6OnlyPreferred);
  // One set is the usual case, and looked into without a loop.
  if (scopes.sets().size() == 1) {
    write_options(writer, subnet.options, scopes.sets(), options.parameter_list);
  } else {
    write_options(writer, scopes, scopes.sets(), options.parameter_list);
  }
}

}  // namespace stentor::dhcp

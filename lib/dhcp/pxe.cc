// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/pxe.h"

#include <array>

#include "dhcp/boot.h"
#include "dhcp/client_note.h"
#include "dhcp/configuration.h"

namespace stentor::dhcp {

namespace {

using wire::DropReason;

constexpr std::uint16_t kArchitectureBios = 0;

// Option 43 with discovery control 8: no discovery, no menu, boot from the file that is named. A
// UEFI ROM (not iPXE on UEFI) gets none: without it EDK2 takes the OFFER for one of a boot server
// and asks again on port 4011, which every version does right, while older ones drop a ProxyDHCP
// OFFER that has it.
bool takes_discovery_control(const Request& request) {
  return request.is_ipxe() || lists_architecture(request.options.architectures, kArchitectureBios);
}

// What OFFER and ACK have in common.
void write_pxe_reply(ReplyWriter& writer, const Exchange& exchange, const BootTarget& target) {
  const Request& request = exchange.request;
  write_boot_fields(writer.header(), target, exchange.self);
  writer.require(option::kServerIdentifier, exchange.server_identifier);
  writer.require(option::kVendorClass, base::as_bytes("PXEClient"));
  echo_identifiers(writer, exchange);
  if (takes_discovery_control(request)) {
    constexpr std::array<std::uint8_t, 4> kBootFromFile{option::kPxeDiscoveryControl, 1, 8,
                                                        option::kEnd};
    writer.require(option::kVendorSpecific, kBootFromFile);
  }
  write_boot_options(writer, exchange, target);
}

// Why a proxy does not answer a message other than DISCOVER on port 67.
DropReason reason_for_silence(MessageType type) {
  switch (type) {
    case MessageType::request:
      // Whatever it names: the address that it asks for is another server's.
      return DropReason::dhcp_other_server;
    case MessageType::release:
    case MessageType::decline:
      return DropReason::dhcp_release_ignored;
    default:
      return DropReason::dhcp_message_unsupported;
  }
}

}  // namespace

Decision answer_proxy(const Exchange& exchange) {
  const Request& request = exchange.request;
  if (!request.is_pxe()) return DropReason::dhcp_not_pxe;
  const MessageType type = request.options.type;
  if (type != MessageType::discover) return reason_for_silence(type);
  const BootTarget* target = find_boot_target(exchange);
  if (target == nullptr) return DropReason::dhcp_no_boot_file;

  ReplyWriter writer(request, MessageType::offer, exchange.out);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  write_pxe_reply(writer, exchange, *target);
  if (!note_unleased(exchange, target)) return DropReason::client_busy;
  return send(exchange, writer, {}, {});
}

Decision answer_pxe_port(const Exchange& exchange) {
  const Request& request = exchange.request;
  const MessageType type = request.options.type;
  if (type != MessageType::request && type != MessageType::inform) {
    return DropReason::dhcp_message_unsupported;
  }
  if (!request.is_pxe()) return DropReason::dhcp_not_pxe;
  const auto named = request.options.server_identifier;
  if (named && exchange.policy.find_own(*named) == nullptr) return DropReason::dhcp_other_server;
  const BootTarget* target = find_boot_target(exchange);
  if (target == nullptr) return DropReason::dhcp_no_boot_file;

  ReplyWriter writer(request, MessageType::ack, exchange.out);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  writer.header().ciaddr = request.header->ciaddr;
  write_pxe_reply(writer, exchange, *target);
  if (!note_unleased(exchange, target)) return DropReason::client_busy;
  return send_to_pxe_port(exchange, writer);
}

}  // namespace stentor::dhcp

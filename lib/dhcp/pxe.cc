// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/pxe.h"

#include <algorithm>
#include <array>

#include "dhcp/boot.h"
#include "dhcp/client_note.h"
#include "dhcp/configuration.h"

namespace stentor::dhcp {

namespace {

using wire::DropReason;

constexpr std::uint16_t kArchitectureBios = 0;

// A UEFI ROM (not iPXE on UEFI) gets no option 43: without it EDK2 takes the OFFER for one of a
// boot server and asks again on port 4011, which every version does right, while older ones drop a
// ProxyDHCP OFFER that has it. All others are told that there is nothing to discover.
config::PxeReply usual_of_proxy(const Request& request) {
  const bool is_bios = lists_architecture(request.options.architectures, kArchitectureBios);
  return is_bios || request.is_ipxe() ? config::PxeReply::discovery_control
                                      : config::PxeReply::port_4011;
}

void write_pxe_class(ReplyWriter& writer, const Exchange& exchange, config::PxeReply usual) {
  // Discovery control 8: no discovery, no menu, boot from the file that is named.
  constexpr std::array<std::uint8_t, 4> kBootFromFile{option::kPxeDiscoveryControl, 1, 8,
                                                      option::kEnd};
  // The same, and what a Raspberry Pi's boot ROM looks for: a menu whose item is called so, and
  // that needs no key (its documentation, PXE_OPTION43).
  constexpr std::string_view kRaspberryPi{
      "\x06\x01\x08"
      "\x09\x14\x00\x00\x11Raspberry Pi Boot"
      "\x0a\x04\x00PXE"
      "\xff",
      32};
  config::PxeReply reply = exchange.quirks.pxe_reply;
  if (reply == config::PxeReply::automatic) reply = usual;
  if (reply == config::PxeReply::boot_file) {
    if (exchange.arrival.destination_port != kPxePort) return;
    reply = config::PxeReply::port_4011;  // it has asked there already
  }
  writer.require(option::kVendorClass, base::as_bytes(exchange.request.pxe_class));
  if (reply == config::PxeReply::discovery_control) {
    writer.require(option::kVendorSpecific, kBootFromFile);
  } else if (reply == config::PxeReply::raspberry_pi) {
    writer.require(option::kVendorSpecific, base::as_bytes(kRaspberryPi));
  }
}

void write_menu(ReplyWriter& writer, const Exchange& exchange, const BootMenu& menu) {
  std::array<std::uint8_t, config::kOptionBytesMax> options;
  std::ranges::copy(menu.options, options.begin());
  for (const std::uint8_t place : menu.own_places) {
    base::store_big_endian(options.data() + place, exchange.self.address.host());
  }
  writer.require(option::kVendorClass, base::as_bytes(exchange.request.pxe_class));
  writer.require(option::kVendorSpecific, base::Bytes(options).first(menu.options.size()));
}

// What a client asks of a boot server: an item of a menu, and which part of it (PXE 2.1 table 2-1,
// tag 71).
struct BootItem {
  std::uint16_t type = 0;
  std::uint16_t layer = 0;
};

std::optional<BootItem> item_asked(const Request& request) {
  for (const base::Bytes field : option_fields(request.message, request.options.overload)) {
    OptionWalk walk(field);
    while (const auto option = walk.next()) {
      if (option->code != option::kVendorSpecific) continue;
      OptionWalk inside(option->value);
      while (const auto found = inside.next()) {
        if (found->code != option::kPxeBootItem || found->value.size() != 4) continue;
        return BootItem{base::load_big_endian<std::uint16_t>(found->value.data()),
                        base::load_big_endian<std::uint16_t>(found->value.data() + 2)};
      }
    }
  }
  return std::nullopt;
}

// Whose answer names the item: clients drop any other.
void write_item(ReplyWriter& writer, const Exchange& exchange, const BootItem& item) {
  std::array<std::uint8_t, 7> options{option::kPxeBootItem, 4};
  base::store_big_endian(options.data() + 2, item.type);
  base::store_big_endian(options.data() + 4, item.layer);
  options[6] = option::kEnd;
  writer.require(option::kVendorClass, base::as_bytes(exchange.request.pxe_class));
  writer.require(option::kVendorSpecific, options);
}

// What OFFER and ACK have in common.
void write_pxe_reply(ReplyWriter& writer, const Exchange& exchange, const BootFile& file,
                     const std::optional<BootItem>& item = std::nullopt) {
  write_boot_fields(writer, exchange, file);
  writer.require(option::kServerIdentifier, exchange.server_identifier);
  if (item) {
    write_item(writer, exchange, *item);
  } else {
    write_boot_class(writer, exchange, file, usual_of_proxy(exchange.request));
  }
  echo_identifiers(writer, exchange);
  write_boot_options(writer, exchange, file);
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

void write_boot_class(ReplyWriter& writer, const Exchange& exchange, const BootFile& file,
                      config::PxeReply usual) {
  const Request& request = exchange.request;
  if (request.is_http() && file.is_url) {
    writer.require(option::kVendorClass, base::as_bytes("HTTPClient"));
  }
  if (file.menu != nullptr) return write_menu(writer, exchange, *file.menu);
  if (request.is_pxe()) write_pxe_class(writer, exchange, usual);
}

Decision answer_proxy(const Exchange& exchange) {
  const Request& request = exchange.request;
  if (!request.is_pxe() && !request.is_http()) return DropReason::dhcp_not_pxe;
  const MessageType type = request.options.type;
  if (type != MessageType::discover) return reason_for_silence(type);
  const BootChoice boot(exchange, {});
  const BootFile* file = boot.file();
  const bool is_taken = file != nullptr && (request.is_pxe() || file->is_url);
  if (!is_taken) return DropReason::dhcp_no_boot_file;

  ReplyWriter writer(request, MessageType::offer, exchange.out, exchange.quirks);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  write_pxe_reply(writer, exchange, *file);
  if (!note_unleased(exchange, file)) return DropReason::client_busy;
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
  BootChoice boot(exchange, {});
  std::optional<BootItem> item;
  if (boot.file() != nullptr && boot.file()->menu != nullptr) {
    item = item_asked(request);
    // A second part, or one that is signed (bit 15): our files have neither.
    if (item && item->layer != 0) return DropReason::dhcp_no_boot_file;
    boot.choose(exchange, item ? std::optional(item->type) : std::nullopt);
  }
  const BootFile* file = boot.file();
  if (file == nullptr) return DropReason::dhcp_no_boot_file;

  ReplyWriter writer(request, MessageType::ack, exchange.out, exchange.quirks);
  if (!writer.ok()) return DropReason::dhcp_reply_too_long;
  writer.header().ciaddr = request.header->ciaddr;
  write_pxe_reply(writer, exchange, *file, item);
  if (!note_boot_server(exchange, file)) return DropReason::client_busy;
  return send_to_pxe_port(exchange, writer);
}

}  // namespace stentor::dhcp

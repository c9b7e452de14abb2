// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/request.h"

#include <algorithm>

#include "wire/flow_hash.h"

namespace stentor::dhcp {

namespace {

using wire::DropReason;

bool all_are(base::Bytes bytes, std::uint8_t value) {
  return std::ranges::all_of(bytes, [value](std::uint8_t byte) { return byte == value; });
}

// htypes that would collide with the kinds of the other identifiers are no hardware that exists.
bool has_hardware_address(const Header& header) {
  return header.hlen != 0 && header.htype < Identity::kUuid &&
         !all_are(base::Bytes(header.chaddr).first(header.hlen), 0);
}

bool begins_with(base::Bytes value, std::string_view prefix) {
  return base::as_text(value).starts_with(prefix);
}

std::string_view pxe_class_of(base::Bytes vendor_class,
                              std::span<const std::string_view> configured) {
  constexpr std::string_view kStandard = "PXEClient";
  if (vendor_class.empty()) return {};
  if (begins_with(vendor_class, kStandard)) return kStandard;
  for (const std::string_view other : configured) {
    if (begins_with(vendor_class, other)) return other;
  }
  return {};
}

}  // namespace

std::optional<wire::MacAddress> Request::mac() const {
  if (header->htype != kHtypeEthernet || header->hlen != kEthernetHlen) return std::nullopt;
  wire::MacAddress mac;
  std::copy_n(header->chaddr.begin(), kEthernetHlen, mac.bytes.begin());
  if (mac.is_zero()) return std::nullopt;
  return mac;
}

// Either "RPi" and a digit, the board's revision, four bytes of the MAC address and the serial
// number, or the serial number four times (the EEPROM's DHCP_OPTION97); little-endian. Nobody else
// is known to say a serial number: SMBIOS's is in no option that a ROM or iPXE sends by itself.
std::optional<std::uint32_t> Request::serial() const {
  if (options.uuid.empty()) return std::nullopt;
  const base::Bytes uuid = options.uuid.subspan(1);
  const base::Bytes last = uuid.subspan(12);
  const bool is_named = begins_with(uuid, "RPi") && uuid[3] >= '0' && uuid[3] <= '9';
  const bool is_repeated = std::ranges::equal(uuid.first(12), uuid.subspan(4));
  const bool is_nobody = all_are(last, 0) || all_are(last, 0xff);
  if (!(is_named || is_repeated) || is_nobody) return std::nullopt;
  return std::uint32_t{last[3]} << 24 | std::uint32_t{last[2]} << 16 | std::uint32_t{last[1]} << 8 |
         last[0];
}

std::optional<Identity> Request::hardware_identity() const {
  if (!has_hardware_address(*header)) return std::nullopt;
  return Identity{header->htype, base::Bytes(header->chaddr).first(header->hlen)};
}

wire::Parsed<Identity> Request::identity() const {
  if (const auto hardware = hardware_identity()) return *hardware;
  // RFC 2132 section 9.14: at least two bytes.
  if (options.client_identifier.size() >= 2) {
    return Identity{Identity::kClientIdentifier, options.client_identifier};
  }
  if (!options.uuid.empty()) {
    const base::Bytes uuid = options.uuid.subspan(1);
    if (!all_are(uuid, 0) && !all_are(uuid, 0xff)) return Identity{Identity::kUuid, uuid};
  }
  return wire::drop(DropReason::dhcp_client_unidentified);
}

bool Request::is_http() const { return begins_with(options.vendor_class, "HTTPClient"); }

bool Request::is_ipxe() const {
  return !options.ipxe.empty() || names_user_class(options.user_class, base::as_bytes("iPXE"));
}

std::uint64_t client_hash(const base::HashKey& key, base::Bytes identifier) {
  std::uint64_t word = 0;
  if (identifier.size() > sizeof word) return base::siphash64(key, identifier);
  std::copy_n(identifier.data(), identifier.size(), reinterpret_cast<std::uint8_t*>(&word));
  return wire::mixed(key[0], word);
}

wire::Parsed<Request> parse_request(base::Bytes message, JoinBuffer& joined,
                                    std::span<const std::string_view> pxe_classes) {
  if (message.size() < sizeof(Header)) return wire::drop(DropReason::dhcp_malformed);
  const auto* header = reinterpret_cast<const Header*>(message.data());
  if (header->op != kBootRequest) return wire::drop(DropReason::dhcp_not_a_request);
  if (header->hlen > header->chaddr.size()) return wire::drop(DropReason::dhcp_malformed);
  const bool has_cookie =
      message.size() >= kOptionsOffset &&
      base::load_big_endian<std::uint32_t>(message.data() + sizeof(Header)) == kMagicCookie;
  const auto options = has_cookie ? parse_options(message, joined) : Options{};
  if (!options) return wire::drop(options.error());
  if (options->type == MessageType::none && message.size() < kBootpBytes) {
    return wire::drop(DropReason::dhcp_malformed);
  }
  Request request{header, *options, has_cookie ? message : message.first(kOptionsOffset)};
  request.pxe_class = pxe_class_of(options->vendor_class, pxe_classes);
  request.is_firmware = request.is_pxe() || request.is_http() || request.is_ipxe();
  return request;
}

}  // namespace stentor::dhcp

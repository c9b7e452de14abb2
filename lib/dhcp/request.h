// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One received DHCP message, checked, and what it says about who sent it.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/siphash.h"
#include "dhcp/options.h"

namespace stentor::dhcp {

// Which identifier a client is known by (DESIGN section 4, "Stable addresses").
struct Identity {
  std::uint8_t kind = 0;  // the htype, or one of the two below
  base::Bytes bytes;

  static constexpr std::uint8_t kUuid = 254;
  static constexpr std::uint8_t kClientIdentifier = 255;
};

// Tells clients apart by an identifier, keyed: for tables, and for the choice of a worker.
std::uint64_t client_hash(const base::HashKey& key, base::Bytes identifier);

struct Request {
  const Header* header = nullptr;  // never null; inside the message
  Options options;
  base::Bytes message{};     // the whole of it; what are no options behind the cookie left out
  bool is_firmware = false;  // still: PXE, UEFI HTTP boot or iPXE
  // Of a boot ROM what its option 60 begins with, and ours to it has: "PXEClient" (PXE 2.1; RFC
  // 4578), or what is configured beside it. Empty: it is none.
  std::string_view pxe_class{};

  [[nodiscard]] wire::Ipv4Address ciaddr() const { return wire::Ipv4Address{header->ciaddr}; }
  [[nodiscard]] wire::Ipv4Address giaddr() const { return wire::Ipv4Address{header->giaddr}; }
  [[nodiscard]] bool wants_broadcast() const {
    return (header->flags.host() & kBroadcastFlag) != 0;
  }
  // The Ethernet address; nullopt for other hardware and for an address of zeros.
  [[nodiscard]] std::optional<wire::MacAddress> mac() const;

  // What a Raspberry Pi's boot ROM says of its serial number in option 97; nullopt for anybody
  // else.
  [[nodiscard]] std::optional<std::uint32_t> serial() const;

  // chaddr, unless it is empty or of zeros.
  [[nodiscard]] std::optional<Identity> hardware_identity() const;
  // That; without one the client identifier, else the UUID.
  [[nodiscard]] wire::Parsed<Identity> identity() const;

  [[nodiscard]] bool is_pxe() const { return !pxe_class.empty(); }
  // UEFI's HTTP boot: option 60 begins with "HTTPClient" (UEFI 2.10 section 24.7.3).
  [[nodiscard]] bool is_http() const;
  // User class "iPXE", or iPXE's own option 175 (FlexBoot sends no user class).
  [[nodiscard]] bool is_ipxe() const;
};

// Refuses what is too short, no BOOTREQUEST, or of a chaddr that does not fit. Without option 53,
// or without the magic cookie before all options, it is BOOTP (RFC 1534 section 2), which has a
// least length. `pxe_classes`: what a boot ROM's option 60 may begin with besides "PXEClient".
wire::Parsed<Request> parse_request(base::Bytes message, JoinBuffer& joined,
                                    std::span<const std::string_view> pxe_classes = {});

}  // namespace stentor::dhcp

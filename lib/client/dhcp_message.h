// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a client writes: RFC 2131 table 5 with the PXE options of RFC 4578. From scratch, or by
// patching what was written before: the messages of one profile differ in a few fields only, and a
// rig that offers millions of them a second cannot afford to spell each.

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "client/dhcp_reply.h"
#include "wire/address.h"

namespace stentor::client {

// The largest message that a client makes: header, cookie and options below.
inline constexpr std::size_t kDhcpMessageBytes = 548;

class DhcpTemplates;

// How one kind of firmware speaks. Empty, zero or false: it does not send it, does not do it.
struct DhcpProfile {
  std::string_view vendor_class = "PXEClient:Arch:00000:UNDI:002001";  // option 60
  std::string_view user_class{};   // option 77, raw as iPXE writes it
  bool is_pxe = true;              // options 93, 94, 97 and PXE's parameter list
  std::uint16_t architecture = 0;  // option 93
  bool sends_client_id = false;    // option 61: type 1 and the MAC
  bool wants_broadcast = false;    // flag B: cannot receive unicast before it has an address
  bool renews = false;             // firmware does not
  std::uint8_t retries_max = 3;    // in a row, for each message
  base::Duration retry_first = std::chrono::seconds{4};
  base::Duration retry_max = std::chrono::seconds{32};  // doubles up to this
  // Made from this profile: the same bytes, sooner. Outlives the profile. None: written each time.
  const DhcpTemplates* templates = nullptr;
};

struct DhcpIdentity {
  wire::MacAddress mac;
  std::array<std::uint8_t, 16> uuid{};  // option 97
};

// What differs between the messages of one profile.
struct DhcpRequestFields {
  DhcpType type = DhcpType::discover;
  bool holds_address = false;  // ciaddr says it, options 50 and 54 do not
  std::uint32_t xid = 0;
  std::uint16_t secs = 0;
  wire::Ipv4Address address;
  wire::Ipv4Address server;
};

// Returns the length; 0 if `out` is too short.
std::size_t write_dhcp_message(const DhcpProfile& profile, const DhcpIdentity& identity,
                               const DhcpRequestFields& fields, base::MutableBytes out);

// The DISCOVER and both REQUESTs of one profile, ready but for their fields. Immutable.
class DhcpTemplates {
 public:
  explicit DhcpTemplates(const DhcpProfile& profile);

  // As write_dhcp_message() for DISCOVER and REQUEST; 0 for other types.
  std::size_t write(const DhcpIdentity& identity, const DhcpRequestFields& fields,
                    base::MutableBytes out) const;

 private:
  struct Template {
    std::array<std::uint8_t, kDhcpMessageBytes> bytes{};
    std::uint16_t length = 0;
    // Where each value stands; 0: this message has none.
    std::uint16_t requested = 0;  // option 50
    std::uint16_t server = 0;     // option 54
    std::uint16_t client_id = 0;  // option 61, the MAC in it
    std::uint16_t uuid = 0;       // option 97, behind its type
  };

  static Template make(const DhcpProfile& profile, DhcpType type, bool holds_address);
  [[nodiscard]] const Template* find(const DhcpRequestFields& fields) const;

  Template discover_;
  Template request_;
  Template request_of_holder_;
};

}  // namespace stentor::client

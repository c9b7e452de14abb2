// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which frames a capture is about, and how much of each.

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "wire/address.h"

namespace stentor::capture {

// A frame has to be all that is given.
struct Filter {
  static constexpr std::uint32_t kSnapBytesMax = 16'384;  // the longest frame of any device

  std::optional<wire::MacAddress> mac{};  // of a side, or of a DHCP message's client (chaddr)
  // Of a side, of an ARP message, or in DHCP of the client (ciaddr, yiaddr, option 50).
  std::optional<wire::Ipv4Address> address{};
  std::optional<std::uint16_t> port{};  // UDP's, of a side
  bool drops_only = false;
  std::uint32_t snap_bytes = kSnapBytesMax;  // that are kept of a frame, from its front
};

// Whether a frame is one of them, whatever became of it. `head`: the frame's bytes, of DATA its
// headers at least; it may be cut short or malformed anywhere.
bool matches(const Filter& filter, base::Bytes head);

}  // namespace stentor::capture

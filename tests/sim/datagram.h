// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// UDP datagrams as the simulator's machines send and receive them, and the frames that carry them:
// written and read without a line of lib/wire. Addresses in host byte order.

#include <cstdint>
#include <optional>
#include <string>

#include "support/dhcp_builder.h"
#include "support/frame_builder.h"

namespace stentor::sim {

using support::ByteVector;
using support::ByteView;

inline constexpr std::uint32_t kBroadcastAddress = 0xffffffff;
inline constexpr std::uint16_t kDhcpServerPort = 67;
inline constexpr std::uint16_t kDhcpClientPort = 68;

struct Datagram {
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  ByteVector payload{};
};

// A frame that the server sent.
struct ServerFrame {
  std::string destination_mac;  // as text
  Datagram datagram;
};

// nullopt: not an untagged UDP frame, or a length or checksum in it is wrong.
std::optional<ServerFrame> read_server_frame(ByteView frame);

ByteVector frame_of(const Datagram& datagram, std::string_view source_mac,
                    std::string_view destination_mac);

std::string mac_text(ByteView bytes);

}  // namespace stentor::sim

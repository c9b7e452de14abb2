// SPDX-License-Identifier: BSD-3-Clause
#include "sim/hostile.h"

#include <algorithm>

namespace stentor::sim {

namespace {

constexpr std::uint32_t kOwnNetwork = 10U << 24 | 20U << 16 | 200U << 8;  // outside the pool
constexpr std::size_t kChaddr = 28;
constexpr std::size_t kEthernetBytes = 14;

}  // namespace

ByteVector Hostile::frame(const Datagram& seen, ByteView seen_frame, std::string_view server_mac) {
  switch (random_.below(3)) {
    case 0:
      return junk(server_mac);
    case 1:
      return corrupted(seen_frame);
    default:
      return forged(seen, server_mac);
  }
}

ByteVector Hostile::junk(std::string_view server_mac) {
  ByteVector bytes = support::mac_bytes(random_.chance(0.5) ? server_mac : support::kBroadcastMac);
  const std::size_t count = random_.below(1500);
  for (std::size_t i = 0; i < count; ++i) {
    bytes.push_back(static_cast<std::uint8_t>(random_.below(256)));
  }
  if (count > 40 && random_.chance(0.5)) {
    bytes[12] = 0x08;
    bytes[13] = 0x00;
    bytes[14] = 0x45;
  }
  return bytes;
}

// One byte differs, so the Ethernet type, a length or a checksum is wrong; or it is cut short.
ByteVector Hostile::corrupted(ByteView seen_frame) {
  ByteVector bytes(seen_frame.begin(), seen_frame.end());
  if (random_.chance(0.3)) {
    bytes.resize(random_.below(bytes.size()));
    return bytes;
  }
  const std::size_t at = kEthernetBytes + random_.below(28);
  bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1 + random_.below(255)));
  return bytes;
}

ByteVector Hostile::forged(Datagram datagram, std::string_view server_mac) {
  const auto low = static_cast<std::uint8_t>(random_.below(256));
  const bool is_dhcp = datagram.destination_port == kDhcpServerPort;
  mutate(datagram.payload, is_dhcp ? kChaddr : 0);
  if (is_dhcp && datagram.payload.size() > kChaddr + 6) {
    // Not in a machine's name: who can forge that can take its address by right.
    const ByteVector own{0x0e, 0, 0, 0, 0, low};
    std::ranges::copy(own, datagram.payload.begin() + kChaddr);
  }
  if (!is_dhcp) datagram.source = kOwnNetwork + low;
  if (random_.chance(0.2)) {
    datagram.destination_port = static_cast<std::uint16_t>(random_.below(65536));
  }
  return frame_of(datagram, mac_text(ByteVector{0x0e, 0, 0, 0, 0, low}), server_mac);
}

void Hostile::mutate(ByteVector& bytes, std::size_t from) {
  if (bytes.size() <= from) return;
  const std::size_t count = random_.below(8);
  for (std::size_t i = 0; i < count; ++i) {
    bytes[from + random_.below(bytes.size() - from)] =
        static_cast<std::uint8_t>(random_.below(256));
  }
  if (random_.chance(0.2)) bytes.resize(random_.below(bytes.size() + 1));
}

}  // namespace stentor::sim

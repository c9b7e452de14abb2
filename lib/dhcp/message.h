// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The fixed part of a DHCP message, as it stands on the wire (RFC 951; RFC 2131 section 2, figure
// 1), and the constants around it. All fields are big-endian or bytes: the struct has alignment 1
// and is laid over received bytes and over the reply being written.

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "base/big_endian.h"
#include "base/bytes.h"

namespace stentor::dhcp {

inline constexpr std::uint8_t kBootRequest = 1;
inline constexpr std::uint8_t kBootReply = 2;
inline constexpr std::uint8_t kHtypeEthernet = 1;
inline constexpr std::size_t kEthernetHlen = 6;
inline constexpr std::uint16_t kBroadcastFlag = 0x8000;
inline constexpr std::uint32_t kMagicCookie = 0x63825363;

struct Header {
  std::uint8_t op;
  std::uint8_t htype;
  std::uint8_t hlen;
  std::uint8_t hops;
  base::Be32 xid;
  base::Be16 secs;
  base::Be16 flags;
  base::Be32 ciaddr;
  base::Be32 yiaddr;
  base::Be32 siaddr;
  base::Be32 giaddr;
  std::array<std::uint8_t, 16> chaddr;
  std::array<std::uint8_t, 64> sname;
  std::array<std::uint8_t, 128> file;
};
static_assert(sizeof(Header) == 236 && alignof(Header) == 1);
static_assert(offsetof(Header, chaddr) == 28 && offsetof(Header, file) == 108);
static_assert(std::is_trivially_copyable_v<Header>);

// Where the options begin: behind the header and the magic cookie.
inline constexpr std::size_t kOptionsOffset = sizeof(Header) + sizeof kMagicCookie;
// Clients ignore shorter replies: the Linux kernel's, and old BOOTP ROMs (RFC 1542 section 2.1).
inline constexpr std::size_t kReplyBytesMin = 300;
// A BOOTP message, with 64 bytes of vendor information (RFC 951 section 3).
inline constexpr std::size_t kBootpBytes = 300;
// What every client accepts, as an IP datagram (RFC 2131 section 2); option 57 can only raise it.
inline constexpr std::size_t kDatagramBytesMin = 576;
inline constexpr std::size_t kIpv4UdpHeaderBytes = 28;

// For how long the client has been asking. Some count in the other byte order: a number whose low
// byte is zero is theirs, a second at a time (256 s in the right order are then taken for one).
inline std::uint16_t seconds_asked(const Header& header) {
  const std::uint16_t seconds = header.secs.host();
  return (seconds & 0xff) == 0 ? static_cast<std::uint16_t>(seconds >> 8) : seconds;
}

// Option 53 (RFC 2132 section 9.6).
enum class MessageType : std::uint8_t {
  none = 0,  // BOOTP
  discover = 1,
  offer = 2,
  request = 3,
  decline = 4,
  ack = 5,
  nak = 6,
  release = 7,
  inform = 8,
  // RFC 4388 section 6.1.
  leasequery = 10,
  leaseunassigned = 11,
  leaseunknown = 12,
  leaseactive = 13,
};

}  // namespace stentor::dhcp

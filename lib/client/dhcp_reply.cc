// SPDX-License-Identifier: BSD-3-Clause
#include "client/dhcp_reply.h"

#include <algorithm>

namespace stentor::client {
namespace {

constexpr std::uint8_t kBootReply = 2;
constexpr std::uint32_t kMagicCookie = 0x63825363;

// Walks one area of options; false if one does not fit it. `overload` is option 52's value.
bool read_options(base::Bytes area, DhcpReply& reply, std::uint8_t& overload) {
  base::Reader reader(area);
  const auto address = [](base::Bytes value) {
    return value.size() < 4 ? wire::Ipv4Address{}
                            : wire::Ipv4Address{base::load_big_endian<std::uint32_t>(value.data())};
  };
  const auto number = [&](base::Bytes value) { return address(value).host(); };
  while (!reader.rest().empty()) {
    const auto code = reader.read<std::uint8_t>();
    if (code == 0) continue;
    if (code == 255) return true;
    const base::Bytes value = reader.take(reader.read<std::uint8_t>());
    if (!reader.ok()) return false;
    switch (code) {
      case 1:
        reply.mask = address(value);
        break;
      case 3:
        reply.router = address(value);
        break;
      case 51:
        reply.lease_seconds = number(value);
        break;
      case 52:
        overload = value.empty() ? std::uint8_t{0} : value[0];
        break;
      case 53:
        reply.type = DhcpType{value.empty() ? std::uint8_t{0} : value[0]};
        break;
      case 54:
        reply.server = address(value);
        break;
      case 58:
        reply.renew_seconds = number(value);
        break;
      case 59:
        reply.rebind_seconds = number(value);
        break;
      case 60:
        reply.vendor_class = base::as_text(value);
        break;
      case 66:
        reply.tftp_server = base::as_text(value);
        reply.tftp_server = reply.tftp_server.substr(0, reply.tftp_server.find('\0'));
        break;
      case 67:
        reply.file_name = base::as_text(value);
        break;
      default:
        break;
    }
  }
  return true;  // no END: common, and harmless
}

}  // namespace

std::optional<DhcpReply> parse_dhcp_reply(base::Bytes datagram) {
  base::Reader reader(datagram);
  DhcpReply reply;
  const auto op = reader.read<std::uint8_t>();
  reader.take(3);  // htype, hlen, hops
  reply.xid = reader.read<std::uint32_t>();
  reader.take(2 + 2 + 4);  // secs, flags, ciaddr
  reply.address = wire::Ipv4Address{reader.read<std::uint32_t>()};
  reply.next_server = wire::Ipv4Address{reader.read<std::uint32_t>()};
  reply.relay = wire::Ipv4Address{reader.read<std::uint32_t>()};
  const base::Bytes chaddr = reader.take(16);
  const base::Bytes sname = reader.take(64);
  const base::Bytes file = reader.take(128);
  const auto cookie = reader.read<std::uint32_t>();
  if (!reader.ok() || op != kBootReply || cookie != kMagicCookie) return std::nullopt;
  std::copy_n(chaddr.begin(), reply.client.bytes.size(), reply.client.bytes.begin());

  // RFC 2131 section 4.1: the options field, then `file`, then `sname`, as option 52 says.
  std::uint8_t overload = 0;
  std::uint8_t ignored = 0;
  if (!read_options(reader.rest(), reply, overload)) return std::nullopt;
  if ((overload & 1) != 0 && !read_options(file, reply, ignored)) return std::nullopt;
  if ((overload & 2) != 0 && !read_options(sname, reply, ignored)) return std::nullopt;
  if (reply.file_name.empty() && (overload & 1) == 0) reply.file_name = base::as_text(file);
  reply.file_name = reply.file_name.substr(0, reply.file_name.find('\0'));
  return reply;
}

}  // namespace stentor::client

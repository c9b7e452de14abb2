// SPDX-License-Identifier: BSD-3-Clause
#include "zero_server.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace stentor::perf {
namespace {

constexpr std::uint16_t kServerPort = 50'000;

std::string oack_of(const ZeroServerOptions& options) {
  std::string text("\0\6", 2);
  for (const auto& [name, value] :
       {std::pair{"blksize", options.blksize}, {"windowsize", options.window}}) {
    text.append(name).push_back('\0');
    text.append(std::to_string(value)).push_back('\0');
  }
  return text;
}

}  // namespace

ZeroServer::ZeroServer(const ZeroServerOptions& options)
    : options_(options), oack_(oack_of(options)), machines_(options.machines) {}

std::size_t ZeroServer::hear(base::Bytes bytes, base::MutableBytes out) {
  const auto frame = wire::parse_frame(bytes, {.ipv4_good = true, .udp_good = true});
  CHECK(frame.has_value());
  if (const auto* arp = std::get_if<wire::ArpMessage>(&frame->content)) {
    if (arp->target != kAddress) return 0;  // a machine's question whether its address is free
    return wire::write_arp(
        out, frame->link.reply(kMac),
        {wire::ArpMessage::kReply, kMac, arp->target, arp->sender_mac, arp->sender});
  }
  const auto* datagram = std::get_if<wire::UdpDatagram>(&frame->content);
  CHECK(datagram != nullptr);
  if (datagram->destination_port == 67) return hear_dhcp(*frame, datagram->payload, out);
  return hear_tftp(*frame, *datagram, out);
}

// RFC 2131 section 3.1: DISCOVER to OFFER, REQUEST to ACK; option 53 is the first that machines
// send.
std::size_t ZeroServer::hear_dhcp(const wire::Frame& frame, base::Bytes message,
                                  base::MutableBytes out) {
  CHECK(message.size() > 242 && message[240] == 53);
  const std::uint8_t asked = message[242];
  if (asked != 1 && asked != 3) return 0;
  ++(asked == 1 ? counts_.discovers : counts_.requests);
  std::array<std::uint8_t, 320> reply{};
  std::copy_n(message.begin(), 240, reply.begin());
  reply[0] = 2;
  const auto mac = base::load_big_endian<std::uint32_t>(message.data() + 30);
  base::store_big_endian(reply.data() + 16, kFirstMachine.host() + (mac & 0xffffff));
  base::store_big_endian(reply.data() + 20, kAddress.host());
  base::Writer options(base::MutableBytes(reply).subspan(240));
  const std::uint8_t type = asked == 1 ? 2 : 5;
  options.write(base::Bytes{std::array<std::uint8_t, 3>{53, 1, type}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{54, 4, 10, 0, 0, 1}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{51, 4, 0, 0, 14, 16}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{1, 4, 255, 0, 0, 0}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{3, 4, 10, 0, 0, 1}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{67, 4, 'f', 'i', 'l', 'e'}});
  options.write(base::Bytes{std::array<std::uint8_t, 1>{255}});
  return write(out, frame.link.reply(kMac), {kAddress, wire::Ipv4Address{0xffffffff}, 67, 68},
               reply);
}

std::size_t ZeroServer::hear_tftp(const wire::Frame& frame, const wire::UdpDatagram& datagram,
                                  base::MutableBytes out) {
  Machine& machine = machine_of(datagram.source);
  const auto opcode = base::load_big_endian<std::uint16_t>(datagram.payload.data());
  if (opcode == 1) {
    ++counts_.rrqs;
    const wire::Link link = frame.link.reply(kMac);
    const wire::UdpFlow flow{kAddress, datagram.source, kServerPort, datagram.source_port};
    machine = {.header = wire::DataHeader(link, flow)};
    return write(out, link, flow, base::as_bytes(std::string_view(oack_)));
  }
  if (opcode != 4) return 0;
  ++counts_.tftp_acks;
  // RFC 7440 section 4: the last block of a window is acknowledged. Nothing is lost here.
  const auto number = base::load_big_endian<std::uint16_t>(datagram.payload.data() + 2);
  CHECK(number == static_cast<std::uint16_t>(machine.sent));
  machine.acknowledged = machine.sent;
  if (machine.sent < options_.blocks) sending_.push_back(&machine);
  return 0;
}

ZeroServer::Block ZeroServer::next_block(base::MutableBytes out) {
  Machine& machine = *sending_.front();
  ++machine.sent;
  const bool is_last = machine.sent == options_.blocks;
  if (is_last || machine.sent - machine.acknowledged == options_.window) sending_.pop_front();
  const wire::DataBlock block{.number = static_cast<std::uint16_t>(machine.sent),
                              .payload_bytes = is_last ? std::uint16_t{0} : options_.blksize,
                              .payload_sum = {}};
  ++counts_.blocks;
  counts_.block_bytes += block.payload_bytes;
  return {machine.header.write(out, block, wire::DataChecksum::from_sum), block.payload_bytes};
}

std::size_t ZeroServer::write(base::MutableBytes out, const wire::Link& link,
                              const wire::UdpFlow& flow, base::Bytes payload) {
  std::copy(payload.begin(), payload.end(),
            out.begin() + static_cast<std::ptrdiff_t>(wire::udp_payload_offset(link)));
  return wire::write_udp_frame(out, link, flow, payload.size());
}

ZeroServer::Machine& ZeroServer::machine_of(wire::Ipv4Address address) {
  const std::uint32_t index = address.host() - kFirstMachine.host();
  CHECK(index < machines_.size());
  return machines_[index];
}

}  // namespace stentor::perf

// SPDX-License-Identifier: BSD-3-Clause
#include "loop_server.h"

namespace stentor::perf {

std::size_t LoopServer::answer(std::size_t frames_max) {
  for (const Frame frame : sent_) {
    hear(bytes(frame));
    release(frame);
  }
  sent_.clear();
  while (arriving_.size() < frames_max && !sending_.empty()) {
    Machine& machine = machines_[sending_.front()];
    send_block(machine);
    if (machine.next == static_cast<std::uint16_t>(machine.last + 1)) sending_.pop_front();
  }
  return arriving_.size();
}

void LoopServer::hear(base::Bytes bytes) {
  const auto frame = wire::parse_frame(bytes, {.ipv4_good = true, .udp_good = true});
  CHECK(frame.has_value());
  if (const auto* arp = std::get_if<wire::ArpMessage>(&frame->content)) {
    const Frame reply = take();
    lengths_[reply] = static_cast<std::uint16_t>(wire::write_arp(
        {buffer(reply), kBufferBytes}, frame->link.reply(traits_.mac),
        {wire::ArpMessage::kReply, traits_.mac, arp->target, arp->sender_mac, arp->sender}));
    arriving_.push_back(reply);
    return;
  }
  const auto& datagram = std::get<wire::UdpDatagram>(frame->content);
  if (datagram.destination_port == 67) return hear_dhcp(*frame, datagram.payload);
  hear_tftp(*frame, datagram);
}

void LoopServer::hear_dhcp(const wire::Frame& frame, base::Bytes message) {
  std::array<std::uint8_t, 320> reply{};
  std::copy_n(message.begin(), 240, reply.begin());
  reply[0] = 2;
  const std::uint32_t mac = base::load_big_endian<std::uint32_t>(message.data() + 30);
  base::store_big_endian(reply.data() + 16, 0x0a010000 + (mac & 0xffffff));
  base::store_big_endian(reply.data() + 20, kAddress.host());
  base::Writer options(base::MutableBytes(reply).subspan(240));
  const std::uint8_t type = message[242] == 1 ? 2 : 5;
  options.write(base::Bytes{std::array<std::uint8_t, 3>{53, 1, type}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{54, 4, 10, 0, 0, 1}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{51, 4, 0, 0, 14, 16}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{1, 4, 255, 0, 0, 0}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{3, 4, 10, 0, 0, 1}});
  options.write(base::Bytes{std::array<std::uint8_t, 6>{67, 4, 'f', 'i', 'l', 'e'}});
  options.write(base::Bytes{std::array<std::uint8_t, 1>{255}});
  send(frame.link.reply(traits_.mac), {kAddress, wire::Ipv4Address{0xffffffff}, 67, 68}, reply);
}

void LoopServer::hear_tftp(const wire::Frame& frame, const wire::UdpDatagram& datagram) {
  Machine& machine = machines_[index_of(datagram.source)];
  const auto opcode = base::load_big_endian<std::uint16_t>(datagram.payload.data());
  if (opcode == 1) {
    machine.link = frame.link.reply(traits_.mac);
    machine.flow = {kAddress, datagram.source, kServerPort, datagram.source_port};
    machine.next = 1;
    machine.last = 0;
    machine.window = 16;
    constexpr std::string_view kOack("\0\6blksize\0001456\0windowsize\00016\0", 29);
    return send(machine.link, machine.flow, base::as_bytes(kOack));
  }
  if (opcode != 4) return;
  const auto acked = base::load_big_endian<std::uint16_t>(datagram.payload.data() + 2);
  machine.next = static_cast<std::uint16_t>(acked + 1);
  machine.last = static_cast<std::uint16_t>(acked + machine.window);
  sending_.push_back(index_of(datagram.source));
}

void LoopServer::send(const wire::Link& link, const wire::UdpFlow& flow, base::Bytes payload) {
  const Frame frame = take();
  const base::MutableBytes out(buffer(frame), kBufferBytes);
  std::copy(payload.begin(), payload.end(),
            out.begin() + static_cast<std::ptrdiff_t>(wire::udp_payload_offset(link)));
  lengths_[frame] =
      static_cast<std::uint16_t>(wire::write_udp_frame(out, link, flow, payload.size()));
  arriving_.push_back(frame);
}

void LoopServer::send_block(Machine& machine) {
  const Frame frame = take();
  const base::MutableBytes out(buffer(frame), kBufferBytes);
  std::uint8_t* payload = out.data() + wire::udp_payload_offset(machine.link);
  base::store_big_endian(payload, std::uint16_t{3});
  base::store_big_endian(payload + 2, machine.next++);
  std::memset(payload + 4, 0, kBlockBytes);
  lengths_[frame] = static_cast<std::uint16_t>(
      wire::write_udp_frame(out, machine.link, machine.flow, kBlockBytes + 4));
  arriving_.push_back(frame);
}

}  // namespace stentor::perf

// SPDX-License-Identifier: BSD-3-Clause
#include <cstring>

#include "storm/squad.h"

namespace stentor::storm {
namespace {

constexpr std::size_t kIpv4 = wire::kIpv4HeaderBytes;
constexpr std::size_t kHeaderBytes = kIpv4 + wire::kUdpHeaderBytes + 4;  // IPv4 to TFTP DATA
constexpr std::uint16_t kOpcodeData = 3;

std::uint16_t word_at(const std::uint8_t* at) { return base::load_big_endian<std::uint16_t>(at); }

// 0x0800, behind one tag of the machine's VLAN if it has one.
bool is_ipv4_of(const Machine& machine, const std::uint8_t* frame) {
  if (machine.vlan == 0) return word_at(frame + 12) == 0x0800;
  return word_at(frame + 12) == 0x8100 && (word_at(frame + 14) & 0x0fff) == machine.vlan &&
         word_at(frame + 16) == 0x0800;
}

// The sum does not depend on the order of bytes in its words, but for a swap of the result: words
// are added as this host loads them, and all ones are all ones either way (RFC 1071 section 2 B).
bool is_ipv4_sum_right(const std::uint8_t* ipv4) {
  std::uint64_t words[2];
  std::uint32_t last;
  std::memcpy(words, ipv4, sizeof words);
  std::memcpy(&last, ipv4 + sizeof words, sizeof last);
  const wire::Sum sum = (words[0] & 0xffffffff) + (words[0] >> 32) + (words[1] & 0xffffffff) +
                        (words[1] >> 32) + last;
  return wire::folded(sum) == 0xffff;
}

bool is_udp_sum_right(const std::uint8_t* ipv4, std::uint16_t udp_bytes,
                      wire::ReceiveChecksums device) {
  const std::uint8_t* udp = ipv4 + kIpv4;
  const std::uint16_t field = word_at(udp + 6);
  if (field == 0) return true;  // RFC 768: none was made
  const wire::Sum pseudo = wire::pseudo_header_sum(
      wire::Ipv4Address{base::load_big_endian<std::uint32_t>(ipv4 + 12)},
      wire::Ipv4Address{base::load_big_endian<std::uint32_t>(ipv4 + 16)}, udp_bytes);
  if (device.udp_partial_accepted && field == wire::folded(pseudo)) return true;
  return wire::folded(pseudo + wire::sum_of({udp, udp_bytes})) == 0xffff;
}

}  // namespace

// The hot lane: a full block of a transfer that is under way, the one that is expected, in a frame
// as servers make them (RFC 791, no options, no fragment; RFC 768; RFC 1350). All headers are
// checked; the UDP checksum, which covers the payload, where the payload is looked at. False:
// nothing has happened, and receive_slowly() says what the frame is.
bool Squad::take_data(Machine& machine, std::uint32_t local, base::Bytes frame,
                      wire::ReceiveChecksums device, base::Time now) {
  if (!machine.is_streaming || frame.size() < machine.link_bytes + kHeaderBytes) return false;
  const std::uint8_t* ipv4 = frame.data() + machine.link_bytes;
  const std::uint8_t* udp = ipv4 + kIpv4;
  const std::size_t total = word_at(ipv4 + 2);
  const std::uint16_t udp_bytes = word_at(udp + 4);
  if (!is_ipv4_of(machine, frame.data()) || ipv4[0] != 0x45 || ipv4[9] != 17 ||
      (word_at(ipv4 + 6) & 0x3fff) != 0 || total > frame.size() - machine.link_bytes ||
      udp_bytes + kIpv4 != total || total < kHeaderBytes || word_at(udp + 8) != kOpcodeData ||
      !machine.ack.is_answered_by(ipv4, machine.link_bytes)) {
    return false;
  }
  if (!device.ipv4_good && !is_ipv4_sum_right(ipv4)) return false;
  client::TftpClient& tftp = machine.tftp;
  const std::uint64_t offset = tftp.bytes_received();
  const bool is_looked_at = is_sampled(tftp.blocks_received() + 1);
  if (is_looked_at && !device.udp_good && !is_udp_sum_right(ipv4, udp_bytes, device)) return false;
  const base::Bytes data(ipv4 + kHeaderBytes, total - kHeaderBytes);
  const std::uint16_t number = word_at(udp + 10);
  const bool begins_window = tftp.window_blocks() == 0;
  const auto step = tftp.take_block(number, data.size(), now);
  if (step == client::TftpClient::Step::other) return false;

  tally_.count(Count::data_frames);
  tally_.count(Count::data_bytes, data.size());
  if (begins_window) note_next_data(machine, now);
  if (is_looked_at) {
    if (const Failure failure = check_block(local, offset, data); failure != Failure::none) {
      abort_fetch(local, failure, now);
      return true;
    }
  }
  if (step == client::TftpClient::Step::ack_due) {
    machine.asked_at = now;
    machine.ack.write(outbox_.next().data(), number, machine.link_bytes);
    outbox_.commit(AckHeader::kFrameBytes, local);
    tally_.count(Count::tftp_acks_sent);
  }
  return true;
}

void Squad::receive_slowly(std::uint32_t local, base::Bytes bytes, wire::ReceiveChecksums device,
                           base::Time now) {
  const wire::Parsed<wire::Frame> frame = wire::parse_frame(bytes, device);
  if (!frame) {
    tally_.count(Count::bad_frames);
    return;
  }
  const Machine& machine = machines_[local];
  if (std::holds_alternative<wire::ArpMessage>(frame->content)) return take_arp(local, *frame);
  const auto* datagram = std::get_if<wire::UdpDatagram>(&frame->content);
  if (datagram == nullptr || frame->link.vlan().outer != machine.vlan ||
      machine.state == MachineState::off || machine.failure == Failure::died) {
    tally_.count(Count::unknown_frames);
    return;
  }
  receive_udp(local, *datagram, now);
  arm(local);
}

void Squad::receive_udp(std::uint32_t local, const wire::UdpDatagram& datagram, base::Time now) {
  const Machine& machine = machines_[local];
  const RelayPlan* relay = relay_of(local);
  if (relay != nullptr && datagram.destination == relay->address &&
      datagram.destination_port == client::kDhcpServerPort) {
    return receive_relayed(local, datagram, now);
  }
  if (datagram.destination_port == client::kDhcpClientPort) {
    return receive_dhcp(local, datagram, now);
  }
  if (datagram.destination_port == machine.ack.local_port(machine.link_bytes) &&
      datagram.destination == machine.dhcp.address() && datagram.source == machine.peer) {
    return receive_tftp(local, datagram, now);
  }
  tally_.count(Count::unknown_frames);
}

}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
#include "support/tftp_builder.h"

#include <cstdlib>

namespace stentor::support {

namespace {

void append_text(ByteVector& to, const std::string& text) {
  to.insert(to.end(), text.begin(), text.end());
  to.push_back(0);
}

std::uint16_t u16_at(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void require(bool condition) {
  if (!condition) std::abort();
}

// The sum over pseudo-header and datagram must come out as all ones (RFC 768).
bool udp_checksum_is_right(ByteView ipv4, ByteView udp) {
  ByteVector covered(ipv4.begin() + 12, ipv4.begin() + 20);
  append_u16(covered, 17);
  append_u16(covered, static_cast<std::uint16_t>(udp.size()));
  append(covered, udp);
  return obvious_sum(covered) == 0xffff;
}

std::map<std::string, std::string> options_of(ByteView bytes) {
  std::vector<std::string> words(1);
  for (const std::uint8_t byte : bytes) {
    if (byte == 0)
      words.emplace_back();
    else
      words.back().push_back(static_cast<char>(byte));
  }
  std::map<std::string, std::string> options;
  for (std::size_t i = 0; i + 2 < words.size(); i += 2) options[words[i]] = words[i + 1];
  return options;
}

}  // namespace

ByteVector tftp_request(const std::string& file, const TftpOptions& options,
                        const std::string& mode, std::uint16_t opcode) {
  ByteVector message;
  append_u16(message, opcode);
  append_text(message, file);
  append_text(message, mode);
  for (const auto& [name, value] : options) {
    append_text(message, name);
    append_text(message, value);
  }
  return message;
}

ByteVector tftp_ack(std::uint16_t block) {
  ByteVector message;
  append_u16(message, 4);
  append_u16(message, block);
  return message;
}

ByteVector tftp_error(std::uint16_t code, const std::string& text) {
  ByteVector message;
  append_u16(message, 5);
  append_u16(message, code);
  append_text(message, text);
  return message;
}

TftpReply tftp_reply(ByteView frame) {
  require(frame.size() >= 60 && u16_at(frame, 12) == 0x0800);
  const ByteView ipv4 = frame.subspan(14);
  require(ipv4[0] == 0x45 && ipv4[9] == 17 && u16_at(ipv4, 2) <= ipv4.size());
  const ByteView udp = ipv4.subspan(20, u16_at(ipv4, 2) - 20U);
  require(u16_at(udp, 4) == udp.size() && udp_checksum_is_right(ipv4, udp));
  const ByteView message = udp.subspan(8);
  TftpReply reply{.source_port = u16_at(udp, 0), .opcode = u16_at(message, 0)};
  if (reply.opcode == 6) {
    reply.options = options_of(message.subspan(2));
  } else {
    reply.number = u16_at(message, 2);
    reply.data.assign(message.begin() + 4, message.end());
  }
  return reply;
}

}  // namespace stentor::support

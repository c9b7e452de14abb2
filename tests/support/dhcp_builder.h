// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// DHCP messages for tests, built and read without a line of lib/, so that no test checks the codec
// with itself. A DhcpSpec's defaults make a right message of an Ethernet client: name only what the
// test is about.

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::support {

using DhcpBytes = std::vector<std::uint8_t>;

struct DhcpOption {
  int code = 0;
  DhcpBytes value;
};

inline DhcpBytes text_value(std::string_view text) { return {text.begin(), text.end()}; }

inline DhcpBytes number_value(std::uint64_t number, int bytes) {
  DhcpBytes value;
  for (int i = bytes - 1; i >= 0; --i) value.push_back(static_cast<std::uint8_t>(number >> 8 * i));
  return value;
}

// Dotted decimal; ends the test program if it is something else.
inline std::uint32_t address_number(std::string_view text) {
  std::uint32_t number = 0;
  std::uint32_t part = 0;
  int dots = 0;
  for (const char character : text) {
    if (character == '.') {
      number = number << 8 | part;
      part = 0;
      ++dots;
    } else {
      if (character < '0' || character > '9') std::abort();
      part = part * 10 + static_cast<std::uint32_t>(character - '0');
    }
    if (part > 255) std::abort();
  }
  if (dots != 3) std::abort();
  return number << 8 | part;
}

inline DhcpBytes address_value(std::string_view text) {
  return number_value(address_number(text), 4);
}

inline std::string address_text(std::uint32_t number) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string(number >> shift & 0xff) + (shift > 0 ? "." : "");
  }
  return text;
}

struct DhcpSpec {
  std::uint8_t op = 1;
  std::uint8_t htype = 1;
  std::uint8_t hlen = 6;
  std::uint32_t xid = 0x01020304;
  std::uint16_t secs = 0;
  std::uint16_t flags = 0;
  std::string ciaddr = "0.0.0.0";
  std::string giaddr = "0.0.0.0";
  DhcpBytes chaddr{0x52, 0x54, 0x00, 0x12, 0x34, 0x56};
  DhcpBytes sname;
  DhcpBytes file;
  std::uint32_t cookie = 0x63825363;
  std::vector<DhcpOption> options;
  bool end = true;
};

inline DhcpBytes encoded_options(const std::vector<DhcpOption>& options) {
  DhcpBytes bytes;
  for (const DhcpOption& option : options) {
    bytes.push_back(static_cast<std::uint8_t>(option.code));
    bytes.push_back(static_cast<std::uint8_t>(option.value.size()));
    bytes.insert(bytes.end(), option.value.begin(), option.value.end());
  }
  return bytes;
}

inline DhcpBytes dhcp_message(const DhcpSpec& spec) {
  DhcpBytes message{spec.op, spec.htype, spec.hlen, 0};
  const auto add = [&message](DhcpBytes field, std::size_t bytes) {
    field.resize(bytes);
    message.insert(message.end(), field.begin(), field.end());
  };
  add(number_value(spec.xid, 4), 4);
  add(number_value(spec.secs, 2), 2);
  add(number_value(spec.flags, 2), 2);
  add(address_value(spec.ciaddr), 4);
  add({}, 8);
  add(address_value(spec.giaddr), 4);
  add(spec.chaddr, 16);
  add(spec.sname, 64);
  add(spec.file, 128);
  add(number_value(spec.cookie, 4), 4);
  const DhcpBytes options = encoded_options(spec.options);
  message.insert(message.end(), options.begin(), options.end());
  if (spec.end) message.push_back(255);
  return message;
}

// A reply, read in the plainest way. `options` in wire order, pads left out.
struct DhcpReply {
  DhcpBytes bytes;
  std::vector<DhcpOption> options;
  bool ended = false;  // an END stands behind the options
  bool only_pads_behind = true;

  [[nodiscard]] std::uint32_t number_at(std::size_t offset, std::size_t count) const {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < count; ++i) number = number << 8 | bytes[offset + i];
    return number;
  }
  [[nodiscard]] std::uint8_t op() const { return bytes[0]; }
  [[nodiscard]] std::uint32_t xid() const { return number_at(4, 4); }
  [[nodiscard]] std::uint16_t flags() const { return static_cast<std::uint16_t>(number_at(10, 2)); }
  [[nodiscard]] std::string ciaddr() const { return address_text(number_at(12, 4)); }
  [[nodiscard]] std::string yiaddr() const { return address_text(number_at(16, 4)); }
  [[nodiscard]] std::string siaddr() const { return address_text(number_at(20, 4)); }
  [[nodiscard]] std::string giaddr() const { return address_text(number_at(24, 4)); }
  [[nodiscard]] std::string text_at(std::size_t offset, std::size_t count) const {
    std::string text;
    for (std::size_t i = 0; i < count && bytes[offset + i] != 0; ++i) {
      text += static_cast<char>(bytes[offset + i]);
    }
    return text;
  }
  [[nodiscard]] std::string sname() const { return text_at(44, 64); }
  [[nodiscard]] std::string file() const { return text_at(108, 128); }

  [[nodiscard]] std::optional<DhcpBytes> find(int code) const {
    for (const DhcpOption& option : options) {
      if (option.code == code) return option.value;
    }
    return std::nullopt;
  }
  // The place of an option among the others; -1 if it is not there.
  [[nodiscard]] int place_of(int code) const {
    for (std::size_t i = 0; i < options.size(); ++i) {
      if (options[i].code == code) return static_cast<int>(i);
    }
    return -1;
  }
};

// Nullopt if an option runs past the end, or the fixed part or the cookie is not there.
inline std::optional<DhcpReply> read_dhcp_reply(DhcpBytes bytes) {
  DhcpReply reply{std::move(bytes), {}};
  if (reply.bytes.size() < 240 || reply.number_at(236, 4) != 0x63825363) return std::nullopt;
  std::size_t at = 240;
  while (at < reply.bytes.size()) {
    const std::uint8_t code = reply.bytes[at++];
    if (code == 0) continue;
    if (code == 255) {
      reply.ended = true;
      break;
    }
    if (at == reply.bytes.size() || reply.bytes.size() - at - 1 < reply.bytes[at]) {
      return std::nullopt;
    }
    const auto begin = reply.bytes.begin() + static_cast<std::ptrdiff_t>(at) + 1;
    reply.options.push_back({code, {begin, begin + reply.bytes[at]}});
    at += 1U + reply.bytes[at];
  }
  for (; at < reply.bytes.size(); ++at) reply.only_pads_behind &= reply.bytes[at] == 0;
  return reply;
}

}  // namespace stentor::support

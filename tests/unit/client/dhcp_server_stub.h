// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A server's messages made by hand, and a client's read by hand, byte by byte: RFC 2131 figure 1.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "client/dhcp_reply.h"

namespace stentor::client {

inline constexpr wire::MacAddress kTestMac{{0x52, 0x54, 0, 1, 2, 3}};

struct ReplyFields {
  DhcpType type = DhcpType::offer;
  std::uint32_t xid = 1;
  wire::Ipv4Address address{};
  wire::Ipv4Address server{};
  std::uint32_t lease_seconds = 3600;
  std::uint32_t renew_seconds = 0;
  wire::MacAddress client = kTestMac;
};

inline void put_number(std::vector<std::uint8_t>& bytes, std::size_t at, std::uint32_t value) {
  base::store_big_endian(bytes.data() + at, value);
}

inline void add_option(std::vector<std::uint8_t>& bytes, std::uint8_t code,
                       const std::string& value) {
  bytes.push_back(code);
  bytes.push_back(static_cast<std::uint8_t>(value.size()));
  bytes.insert(bytes.end(), value.begin(), value.end());
}

inline void add_option(std::vector<std::uint8_t>& bytes, std::uint8_t code, std::uint32_t value) {
  bytes.push_back(code);
  bytes.push_back(4);
  bytes.resize(bytes.size() + 4);
  put_number(bytes, bytes.size() - 4, value);
}

// Header and cookie alone.
inline std::vector<std::uint8_t> make_header(const ReplyFields& fields) {
  std::vector<std::uint8_t> bytes(240);
  bytes[0] = 2;
  bytes[1] = 1;
  bytes[2] = 6;
  put_number(bytes, 4, fields.xid);
  put_number(bytes, 16, fields.address.host());
  std::copy(fields.client.bytes.begin(), fields.client.bytes.end(), bytes.begin() + 28);
  put_number(bytes, 236, 0x63825363);
  return bytes;
}

inline std::vector<std::uint8_t> make_reply(const ReplyFields& fields) {
  std::vector<std::uint8_t> bytes = make_header(fields);
  add_option(bytes, 53, std::string(1, static_cast<char>(fields.type)));
  add_option(bytes, 54, fields.server.host());
  if (fields.lease_seconds != 0) add_option(bytes, 51, fields.lease_seconds);
  if (fields.renew_seconds != 0) add_option(bytes, 58, fields.renew_seconds);
  bytes.push_back(255);
  return bytes;
}

// What a client sent.
class SentMessage {
 public:
  explicit SentMessage(base::Bytes bytes) : bytes_(bytes.begin(), bytes.end()) {}

  [[nodiscard]] std::uint32_t xid() const { return number<std::uint32_t>(4); }
  [[nodiscard]] std::uint16_t secs() const { return number<std::uint16_t>(8); }
  [[nodiscard]] std::uint16_t flags() const { return number<std::uint16_t>(10); }
  [[nodiscard]] std::uint32_t ciaddr() const { return number<std::uint32_t>(12); }

  // Empty if it is absent.
  [[nodiscard]] std::string option(std::uint8_t code) const {
    std::size_t at = 240;
    while (at + 1 < bytes_.size() && bytes_[at] != 255) {
      if (bytes_[at] == code) {
        return {bytes_.begin() + static_cast<std::ptrdiff_t>(at) + 2,
                bytes_.begin() + static_cast<std::ptrdiff_t>(at) + 2 + bytes_[at + 1]};
      }
      at += 2u + bytes_[at + 1];
    }
    return {};
  }

 private:
  template <typename T>
  [[nodiscard]] T number(std::size_t at) const {
    return bytes_.size() < at + sizeof(T) ? T{0} : base::load_big_endian<T>(bytes_.data() + at);
  }

  std::vector<std::uint8_t> bytes_;
};

}  // namespace stentor::client

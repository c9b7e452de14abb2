// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The TFTP ACKs of one transfer, ready but for the block number (RFC 1350 section 5), and what the
// DATA that they answer must look like: the same frame, seen from the other side. 52 bytes, because
// each of a million machines has one.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "wire/checksum.h"
#include "wire/frame.h"

namespace stentor::storm {

class AckHeader {
 public:
  static constexpr std::size_t kFrameBytes = wire::kFrameBytesMin;  // of every ACK, padded

  AckHeader() = default;
  // `link` has one tag at most; `flow` leads to the server.
  AckHeader(const wire::Link& link, const wire::UdpFlow& flow);

  // Into 64 bytes at least; the frame is kFrameBytes of them. `link_bytes` is the constructor's.
  void write(std::uint8_t* out, std::uint16_t number, std::size_t link_bytes) const {
    std::memcpy(out, bytes_.data(), sizeof bytes_);
    std::memset(out + sizeof bytes_, 0, kFrameBytes - sizeof bytes_);
    std::uint8_t* udp = out + link_bytes + wire::kIpv4HeaderBytes;
    base::store_big_endian(udp + 6, wire::udp_checksum(wire::Sum{sum_} + number));
    base::store_big_endian(udp + 10, number);
  }

  // Whether the IPv4 datagram at `ipv4` comes from where the ACKs go, and goes to where they come
  // from: addresses and ports, compared as the other side's.
  [[nodiscard]] bool is_answered_by(const std::uint8_t* ipv4, std::size_t link_bytes) const {
    const std::uint8_t* ours = bytes_.data() + link_bytes;
    return load<std::uint64_t>(ipv4 + 12) == std::rotl(load<std::uint64_t>(ours + 12), 32) &&
           load<std::uint32_t>(ipv4 + 20) == std::rotl(load<std::uint32_t>(ours + 20), 16);
  }

  // The same addresses and ports, to look at.
  [[nodiscard]] std::uint16_t local_port(std::size_t link_bytes) const {
    return base::load_big_endian<std::uint16_t>(bytes_.data() + link_bytes + 20);
  }

 private:
  template <typename T>
  static T load(const std::uint8_t* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }

  std::array<std::uint8_t, 50> bytes_{};
  std::uint16_t sum_ = 0;  // folded, of all that the UDP checksum covers but the number
};
static_assert(sizeof(AckHeader) == 52);

}  // namespace stentor::storm

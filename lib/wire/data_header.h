// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The header segment of a TFTP DATA frame: Ethernet, VLAN tags, IPv4, UDP and the four TFTP bytes
// (RFC 1350 section 5), built once a transfer. A block changes its number, the lengths and the
// checksums, nothing else; all of it is adjusted from kept sums, and the payload is never touched.
//
// One cache line a transfer. It is also where the transfer keeps its way back: link() and flow()
// read it, so nobody has to hold them a second time.

#include <array>
#include <cstdint>
#include <cstring>

#include "base/bytes.h"
#include "wire/checksum.h"
#include "wire/frame.h"

namespace stentor::wire {

inline constexpr std::size_t kTftpDataHeaderBytes = 4;
inline constexpr std::size_t kDataHeaderBytesMax = kUdpFrameHeaderBytesMax + kTftpDataHeaderBytes;
// What the 16-bit total length of IPv4 leaves to a block.
inline constexpr std::size_t kDataPayloadBytesMax =
    65535 - kIpv4HeaderBytes - kUdpHeaderBytes - kTftpDataHeaderBytes;

// How the UDP checksum of a DATA frame comes to be.
enum class DataChecksum : std::uint8_t {
  from_sum,  // complete, from the payload's known sum
  device,    // the pseudo-header's sum alone, not complemented: the device completes it
};

// One block as its frame carries it.
struct DataBlock {
  std::uint16_t number = 0;
  std::uint16_t payload_bytes = 0;
  Sum payload_sum = 0;  // sum_of() the payload; ignored for DataChecksum::device
};

class DataHeaderRun;

class DataHeader {
 public:
  // Leads nowhere until it is assigned.
  DataHeader() = default;
  // `link` and `flow` are the way to the client.
  DataHeader(const Link& link, const UdpFlow& flow);

  // Of the header before each payload: link().bytes() + 32.
  [[nodiscard]] std::size_t bytes() const {
    return link_bytes_ + kIpv4HeaderBytes + kUdpHeaderBytes + kTftpDataHeaderBytes;
  }
  // Writes the header of `block` to the front of `out` and returns its length, bytes();
  // 0 if `out` has less than kDataHeaderBytesMax bytes, of which any may be written, or if the
  // block is longer than kDataPayloadBytesMax. Where header and payload stay below kFrameBytesMin,
  // the zeros that must follow the payload are the caller's matter.
  std::size_t write(base::MutableBytes out, const DataBlock& block, DataChecksum method) const;

  [[nodiscard]] Link link() const;
  // Whether link() is `received.reply(our_mac)`.
  [[nodiscard]] bool leads_back(const Link& received, const MacAddress& our_mac) const;
  [[nodiscard]] UdpFlow flow() const;

 private:
  friend DataHeaderRun;

  // What a block changes, from the end of the link header.
  static constexpr std::size_t kIpv4LengthAt = 2;
  static constexpr std::size_t kIpv4ChecksumAt = 10;
  static constexpr std::size_t kUdpLengthAt = kIpv4HeaderBytes + 4;
  static constexpr std::size_t kUdpChecksumAt = kIpv4HeaderBytes + 6;
  static constexpr std::size_t kNumberAt = kIpv4HeaderBytes + kUdpHeaderBytes + 2;

  std::array<std::uint8_t, kDataHeaderBytesMax> bytes_{};  // lengths, checksums and number are 0
  // Folded sums of what no block changes.
  std::uint16_t ipv4_sum_ = 0;    // the IPv4 header
  std::uint16_t pseudo_sum_ = 0;  // the UDP pseudo-header
  std::uint16_t udp_sum_ = 0;     // pseudo-header, UDP header and opcode
  std::uint8_t link_bytes_ = kEthernetHeaderBytes;
};
static_assert(sizeof(DataHeader) <= 64);

// The headers of blocks of one length, of which only the number and the UDP checksum differ. Fields
// are stored behind the copy of the header: a header that was changed just before it is copied
// would be read while its bytes are still on their way to the cache.
class DataHeaderRun {
 public:
  // `payload_bytes`: kDataPayloadBytesMax at the most. `header` outlives the run.
  DataHeaderRun(const DataHeader& header, std::uint16_t payload_bytes, DataChecksum method)
      : header_(header), method_(method) {
    udp_bytes_ = static_cast<std::uint16_t>(kUdpHeaderBytes + kTftpDataHeaderBytes + payload_bytes);
    ipv4_bytes_ = static_cast<std::uint16_t>(kIpv4HeaderBytes + udp_bytes_);
    ipv4_checksum_ = checksum(Sum{header.ipv4_sum_} + ipv4_bytes_);
    // The length counts twice: in the pseudo-header and in the header (RFC 768).
    udp_sum_ = method == DataChecksum::device
                   ? folded(Sum{header.pseudo_sum_} + udp_bytes_)
                   : folded(Sum{header.udp_sum_} + udp_bytes_ + udp_bytes_);
  }

  // Of each header: DataHeader::bytes().
  [[nodiscard]] std::size_t bytes() const { return header_.bytes(); }
  // As DataHeader::write() into `out`, which has kDataHeaderBytesMax bytes or more. `payload_sum`
  // is folded; ignored for DataChecksum::device.
  void write(std::uint8_t* out, std::uint16_t number, std::uint16_t payload_sum) const;

 private:
  const DataHeader& header_;
  DataChecksum method_;
  std::uint16_t udp_bytes_;
  std::uint16_t ipv4_bytes_;
  std::uint16_t ipv4_checksum_;
  std::uint16_t udp_sum_;  // folded: of all but number and payload; for the device, of what it gets
};

inline void DataHeaderRun::write(std::uint8_t* out, std::uint16_t number,
                                 std::uint16_t payload_sum) const {
  // All of it, also where there are fewer tags: a copy of constant size is a few moves.
  std::memcpy(out, header_.bytes_.data(), kDataHeaderBytesMax);
  std::uint8_t* network = out + header_.link_bytes_;
  base::store_big_endian(network + DataHeader::kIpv4LengthAt, ipv4_bytes_);
  base::store_big_endian(network + DataHeader::kIpv4ChecksumAt, ipv4_checksum_);
  base::store_big_endian(network + DataHeader::kUdpLengthAt, udp_bytes_);
  base::store_big_endian(network + DataHeader::kNumberAt, number);
  const std::uint16_t field = method_ == DataChecksum::device
                                  ? udp_sum_
                                  : udp_checksum(Sum{udp_sum_} + number + payload_sum);
  base::store_big_endian(network + DataHeader::kUdpChecksumAt, field);
}

}  // namespace stentor::wire

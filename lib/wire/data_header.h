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
  [[nodiscard]] UdpFlow flow() const;

 private:
  std::array<std::uint8_t, kDataHeaderBytesMax> bytes_{};  // lengths, checksums and number are 0
  // Folded sums of what no block changes.
  std::uint16_t ipv4_sum_ = 0;    // the IPv4 header
  std::uint16_t pseudo_sum_ = 0;  // the UDP pseudo-header
  std::uint16_t udp_sum_ = 0;     // pseudo-header, UDP header and opcode
  std::uint8_t link_bytes_ = kEthernetHeaderBytes;
};
static_assert(sizeof(DataHeader) <= 64);

}  // namespace stentor::wire

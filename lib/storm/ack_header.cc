// SPDX-License-Identifier: BSD-3-Clause
#include "storm/ack_header.h"

#include "base/check.h"

namespace stentor::storm {
namespace {

constexpr std::uint16_t kOpcodeAck = 4;
constexpr std::size_t kAckBytes = 4;

}  // namespace

AckHeader::AckHeader(const wire::Link& link, const wire::UdpFlow& flow) {
  CHECK(link.tag_count <= 1);
  std::array<std::uint8_t, 64> frame{};
  std::uint8_t* payload = frame.data() + wire::udp_payload_offset(link);
  base::store_big_endian(payload, kOpcodeAck);
  CHECK(wire::write_udp_frame(frame, link, flow, kAckBytes) == kFrameBytes);
  std::memcpy(bytes_.data(), frame.data(), sizeof bytes_);
  std::memset(payload - 2, 0, 2);  // the checksum: write() fills it in
  constexpr std::uint16_t kUdpBytes = wire::kUdpHeaderBytes + kAckBytes;
  sum_ = wire::folded(wire::pseudo_header_sum(flow.source, flow.destination, kUdpBytes) +
                      wire::sum_of(base::Bytes{payload - wire::kUdpHeaderBytes, kUdpBytes}));
}

}  // namespace stentor::storm

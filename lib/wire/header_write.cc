// SPDX-License-Identifier: BSD-3-Clause
#include "wire/header_write.h"

#include "base/check.h"
#include "wire/checksum.h"

namespace stentor::wire {

namespace {

constexpr std::uint16_t kVersionAndHeaderLength = 0x4500;  // version 4, five words, no TOS
constexpr std::uint16_t kDoNotFragment = 0x4000;
constexpr std::uint8_t kTimeToLive = 64;  // RFC 1700: the recommended default

}  // namespace

void write_link(base::Writer& out, const Link& link, std::uint16_t ethertype) {
  CHECK(link.tag_count <= kVlanTagsMax);
  out.write(base::Bytes{link.destination.bytes});
  out.write(base::Bytes{link.source.bytes});
  for (std::size_t i = 0; i < link.tag_count; ++i) {
    out.write(link.tags[i].tpid);
    out.write(link.tags[i].tci);
  }
  out.write(ethertype);
}

void write_ipv4(base::Writer& out, Ipv4Address source, Ipv4Address destination,
                std::uint8_t protocol, std::size_t payload_bytes) {
  CHECK(payload_bytes <= kIpv4PayloadBytesMax);
  const auto total_length = static_cast<std::uint16_t>(kIpv4HeaderBytes + payload_bytes);
  const auto ttl_and_protocol = static_cast<std::uint16_t>(kTimeToLive << 8 | protocol);
  const Sum sum = Sum{kVersionAndHeaderLength} + total_length + kDoNotFragment + ttl_and_protocol +
                  source.host() + destination.host();
  out.write(kVersionAndHeaderLength);
  out.write(total_length);
  out.write(std::uint16_t{0});
  out.write(kDoNotFragment);
  out.write(ttl_and_protocol);
  out.write(checksum(sum));
  out.write(source.host());
  out.write(destination.host());
}

}  // namespace stentor::wire

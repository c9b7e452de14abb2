// SPDX-License-Identifier: BSD-3-Clause
#include "wire/data_header.h"

#include "base/check.h"
#include "wire/header_write.h"

namespace stentor::wire {

namespace {

constexpr std::uint16_t kOpcodeData = 3;

// From the end of the link header.
constexpr std::size_t kIpv4SourceOffset = 12;
constexpr std::size_t kIpv4DestinationOffset = 16;
constexpr std::size_t kUdpOffset = kIpv4HeaderBytes;
constexpr std::size_t kTftpOffset = kUdpOffset + kUdpHeaderBytes;
constexpr std::size_t kNetworkBytes = kTftpOffset + kTftpDataHeaderBytes;

void store(std::uint8_t* at, std::uint16_t value) { base::store_big_endian(at, value); }

std::uint16_t load16(const std::uint8_t* at) { return base::load_big_endian<std::uint16_t>(at); }

Ipv4Address load_address(const std::uint8_t* at) {
  return Ipv4Address{base::load_big_endian<std::uint32_t>(at)};
}

}  // namespace

DataHeader::DataHeader(const Link& link, const UdpFlow& flow)
    : link_bytes_(static_cast<std::uint8_t>(link.bytes())) {
  base::Writer writer(bytes_);
  write_link(writer, link, kEtherTypeIpv4);
  write_ipv4(writer, flow.source, flow.destination, kProtocolUdp, 0);
  writer.write(flow.source_port);
  writer.write(flow.destination_port);
  writer.write(std::uint32_t{0});
  writer.write(kOpcodeData);
  CHECK(writer.ok());

  std::uint8_t* network = bytes_.data() + link_bytes_;
  store(network + kIpv4LengthAt, 0);
  store(network + kIpv4ChecksumAt, 0);
  const base::Bytes written{network, kNetworkBytes};
  ipv4_sum_ = folded(sum_of(written.first(kIpv4HeaderBytes)));
  pseudo_sum_ = folded(pseudo_header_sum(flow.source, flow.destination, 0));
  udp_sum_ = folded(pseudo_sum_ + sum_of(written.subspan(kUdpOffset)));
}

std::size_t DataHeader::write(base::MutableBytes out, const DataBlock& block,
                              DataChecksum method) const {
  if (out.size() < kDataHeaderBytesMax || block.payload_bytes > kDataPayloadBytesMax) return 0;
  DataHeaderRun(*this, block.payload_bytes, method)
      .write(out.data(), block.number, folded(block.payload_sum));
  return bytes();
}

Link DataHeader::link() const {
  Link link;
  std::memcpy(link.destination.bytes.data(), bytes_.data(), sizeof(MacAddress));
  std::memcpy(link.source.bytes.data(), bytes_.data() + sizeof(MacAddress), sizeof(MacAddress));
  link.tag_count = static_cast<std::uint8_t>((link_bytes_ - kEthernetHeaderBytes) / kVlanTagBytes);
  const std::uint8_t* tag = bytes_.data() + 2 * sizeof(MacAddress);
  for (std::size_t i = 0; i < link.tag_count; ++i, tag += kVlanTagBytes) {
    link.tags[i] = {load16(tag), load16(tag + 2)};
  }
  return link;
}

bool DataHeader::leads_back(const Link& received, const MacAddress& our_mac) const {
  const auto is_at = [this](std::size_t at, const MacAddress& mac) {
    return std::memcmp(bytes_.data() + at, mac.bytes.data(), sizeof(MacAddress)) == 0;
  };
  if (!is_at(0, received.source) || !is_at(sizeof(MacAddress), our_mac)) return false;
  if (link_bytes_ != received.bytes()) return false;
  const std::uint8_t* tag = bytes_.data() + 2 * sizeof(MacAddress);
  for (std::size_t i = 0; i < received.tag_count; ++i, tag += kVlanTagBytes) {
    if (received.tags[i] != VlanTag{load16(tag), load16(tag + 2)}) return false;
  }
  return true;
}

UdpFlow DataHeader::flow() const {
  const std::uint8_t* network = bytes_.data() + link_bytes_;
  return {load_address(network + kIpv4SourceOffset), load_address(network + kIpv4DestinationOffset),
          load16(network + kUdpOffset), load16(network + kUdpOffset + 2)};
}

}  // namespace stentor::wire

// SPDX-License-Identifier: BSD-3-Clause
// Goal: a DATA frame whose header is adjusted from kept sums is the frame that write_udp_frame()
// makes from scratch, and reads back.
//
// Input: tag count, MACs, tags, addresses, ports and block number as they come; the rest is
// payload.
#include <algorithm>
#include <array>
#include <vector>

#include "base/check.h"
#include "wire/data_header.h"

namespace stentor::wire {
namespace {

MacAddress read_mac(base::Reader& input) {
  MacAddress mac;
  const base::Bytes bytes = input.take(mac.bytes.size());
  std::copy(bytes.begin(), bytes.end(), mac.bytes.begin());
  return mac;
}

Link read_link(base::Reader& input) {
  Link link;
  link.tag_count = static_cast<std::uint8_t>(input.read<std::uint8_t>() % (kVlanTagsMax + 1));
  link.destination = read_mac(input);
  link.source = read_mac(input);
  for (std::size_t i = 0; i < link.tag_count; ++i) {
    link.tags[i].tpid = input.read<std::uint16_t>();
    link.tags[i].tci = input.read<std::uint16_t>();
  }
  return link;
}

UdpFlow read_flow(base::Reader& input) {
  UdpFlow flow;
  flow.source = Ipv4Address{input.read<std::uint32_t>()};
  flow.destination = Ipv4Address{input.read<std::uint32_t>()};
  flow.source_port = input.read<std::uint16_t>();
  flow.destination_port = input.read<std::uint16_t>();
  return flow;
}

void check_against_scratch(const DataHeader& header, std::uint16_t number, base::Bytes payload) {
  const Link link = header.link();
  const std::size_t offset = udp_payload_offset(link);
  std::vector<std::uint8_t> scratch(
      std::max(offset + kTftpDataHeaderBytes + payload.size(), kFrameBytesMin));
  base::store_big_endian<std::uint16_t>(scratch.data() + offset, 3);
  base::store_big_endian(scratch.data() + offset + 2, number);
  std::copy(payload.begin(), payload.end(), scratch.data() + offset + kTftpDataHeaderBytes);
  CHECK(write_udp_frame(scratch, link, header.flow(), kTftpDataHeaderBytes + payload.size()) ==
        scratch.size());

  std::array<std::uint8_t, kDataHeaderBytesMax> out{};
  const DataBlock block{number, static_cast<std::uint16_t>(payload.size()), sum_of(payload)};
  const std::size_t bytes = header.write(out, block, DataChecksum::from_sum);
  CHECK(bytes == offset + kTftpDataHeaderBytes);
  CHECK(std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(bytes), scratch.begin()));
}

}  // namespace
}  // namespace stentor::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace stentor;
  base::Reader input(base::Bytes{data, size});
  const wire::Link link = wire::read_link(input);
  const wire::UdpFlow flow = wire::read_flow(input);
  const auto number = input.read<std::uint16_t>();
  if (!input.ok() || input.rest().size() > wire::kDataPayloadBytesMax) return 0;
  const wire::DataHeader header(link, flow);
  CHECK(header.link() == link);
  CHECK(header.flow() == flow);
  wire::check_against_scratch(header, number, input.rest());
  return 0;
}

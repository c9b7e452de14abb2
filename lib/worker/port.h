// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The seam between a worker and a network device, at compile time: dpdk::Queue in the appliance,
// FakePort in tests and in the simulator. A `PortQueue` is one receive and one transmit queue of
// one port, owned by one worker.
//
// Ownership of a frame: receive() gives it to the worker. It ends by transmit() (the device's from
// then on), release(), or by crossing to another worker of the same port. A made frame is the
// worker's until then. Bytes of an image that a frame refers to are read by the device at any time
// until it is done with the frame; Generations outlive that.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/bytes.h"
#include "wire/data_header.h"
#include "wire/flow_spread.h"
#include "wire/frame.h"

namespace stentor::worker {

// What a worker takes from a queue, or from another worker, at once.
inline constexpr std::size_t kBurst = 32;

// What the device does for frames that it sends and receives. Of all queues of a port the same.
struct PortTraits {
  wire::MacAddress mac;
  bool udp_checksum_offload = false;  // the device completes UDP checksums of make_data() frames
  std::uint16_t mtu = 1500;
  bool sender_waits = false;  // what finds the receive queue full is not lost
  // By which queue a datagram comes in, where that is known; outlives the workers.
  const wire::FlowSpread* spread = nullptr;
};

// A header and what follows it. write_header() may write any of kDataHeaderBytesMax bytes.
template <typename S>
concept DataSource = requires(const S& source, std::uint8_t* out) {
  { source.header_bytes() } -> std::same_as<std::size_t>;
  { source.payload() } -> std::same_as<base::Bytes>;
  {source.write_header(out)};
};

// The one that stands for all: bytes at hand.
struct PlainData {
  base::Bytes header;
  base::Bytes block;

  [[nodiscard]] std::size_t header_bytes() const { return header.size(); }
  [[nodiscard]] base::Bytes payload() const { return block; }
  void write_header(std::uint8_t* out) const { std::memcpy(out, header.data(), header.size()); }
};
static_assert(DataSource<PlainData>);

template <typename Q>
concept PortQueue = requires(Q& queue, const Q& const_queue, typename Q::Frame frame,
                             std::span<typename Q::Frame> frames, base::Bytes bytes,
                             const PlainData& data) {
  // A cheap, copyable handle; Frame{} is no frame.
  requires std::is_trivially_copyable_v<typename Q::Frame>;
  { const_queue.traits() } -> std::convertible_to<const PortTraits&>;
  // Up to frames.size() received frames; returns how many.
  { queue.receive(frames) } -> std::same_as<std::size_t>;
  { queue.bytes(frame) } -> std::same_as<base::Bytes>;
  { queue.checksums(frame) } -> std::same_as<wire::ReceiveChecksums>;
  // A new frame holding a copy of `bytes`; or the header of `data`, and a reference to (or a copy
  // of, where the device takes no segments) its payload, which lies in image memory. Frame{} when
  // none is free.
  { queue.make(bytes) } -> std::same_as<typename Q::Frame>;
  { queue.make_data(data) } -> std::same_as<typename Q::Frame>;
  // Sends from the front; returns how many the device took. The rest stays the caller's.
  { queue.transmit(frames) } -> std::same_as<std::size_t>;
  {queue.release(frame)};
};

}  // namespace stentor::worker

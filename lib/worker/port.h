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
#include <span>

#include "base/bytes.h"
#include "wire/frame.h"

namespace stentor::worker {

// What the device does for frames that it sends and receives.
struct PortTraits {
  wire::MacAddress mac;
  bool udp_checksum_offload = false;  // the device completes UDP checksums of make_data() frames
  std::uint16_t mtu = 1500;
};

template <typename Q>
concept PortQueue = requires(Q& queue, const Q& const_queue, typename Q::Frame frame,
                             std::span<typename Q::Frame> frames, base::Bytes header,
                             base::Bytes payload) {
  // A cheap, copyable handle; Frame{} is no frame.
  requires std::is_trivially_copyable_v<typename Q::Frame>;
  { const_queue.traits() } -> std::convertible_to<const PortTraits&>;
  // Up to frames.size() received frames; returns how many.
  { queue.receive(frames) } -> std::same_as<std::size_t>;
  { queue.bytes(frame) } -> std::same_as<base::Bytes>;
  { queue.checksums(frame) } -> std::same_as<wire::ReceiveChecksums>;
  // A new frame holding a copy of `header`; or of `header`, then a reference to (or a copy of,
  // where the device takes no segments) `payload`, which lies in image memory. Frame{} when none is
  // free.
  { queue.make(header) } -> std::same_as<typename Q::Frame>;
  { queue.make_data(header, payload) } -> std::same_as<typename Q::Frame>;
  // Sends from the front; returns how many the device took. The rest stays the caller's.
  { queue.transmit(frames) } -> std::same_as<std::size_t>;
  {queue.release(frame)};
};

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How long a queue has had more DHCP than its worker takes in a loop. Machines that are switched on
// together fill a queue for some milliseconds; what fills it for longer also fills the device's
// ring, which drops whatever comes, REQUESTs of machines that have an OFFER among them.
//
// While that lasts a worker takes several bursts a loop, and answers what is no DISCOVER first. If
// there is more, then of the DISCOVERs as many as there is time for; the rest is dropped unread
// (`dhcp_overload`), so that the ring has room for what finishes an exchange. Each OFFER draws one
// REQUEST: left to themselves, both come to equal shares. Where what finds the ring full waits with
// its sender, nothing is lost by an order, and all have their turns. Nor is anything won where
// hardly any DISCOVERs are among the frames, in a full port's ACKs: several bursts of them a loop
// only touch more memory than the cache holds, from the burst to its blocks.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>

#include "base/bytes.h"
#include "base/clock.h"
#include "dhcp/message.h"
#include "dhcp/option_code.h"
#include "wire/frame.h"
#include "worker/counters.h"
#include "worker/port.h"

namespace stentor::worker {

// What a loop takes from a queue whose backlog lasts.
inline constexpr std::size_t kBacklogBurst = 3 * kBurst;

class Backlog {
 public:
  static constexpr base::Duration kPatience = std::chrono::milliseconds{20};

  // After each look at the queue: whether it had a full burst with many DISCOVERs in it, of a
  // device that drops what it has no room for.
  void note(bool may_lose, base::Time now) {
    if (!may_lose) {
      since_ = base::kNever;
    } else if (since_ == base::kNever) {
      since_ = now;
    }
  }
  [[nodiscard]] bool lasts(base::Time now) const {
    return since_ != base::kNever && now - since_ >= kPatience;
  }

 private:
  base::Time since_ = base::kNever;
};

// The magic cookie of DHCP, and what nearly all clients' first option is.
inline constexpr std::array<std::uint8_t, 7> kDiscoverMark{
    dhcp::kMagicCookie >> 24,
    dhcp::kMagicCookie >> 16 & 0xff,
    dhcp::kMagicCookie >> 8 & 0xff,
    dhcp::kMagicCookie & 0xff,
    dhcp::option::kMessageType,
    1,
    static_cast<std::uint8_t>(dhcp::MessageType::discover)};

// Where the mark stands in a frame without VLAN tags and IPv4 options.
inline constexpr std::size_t kDiscoverMarkAt = wire::kEthernetHeaderBytes + wire::kIpv4HeaderBytes +
                                               wire::kUdpHeaderBytes + sizeof(dhcp::Header);

// Begins to fetch what seems_discover() looks at.
inline void prefetch_dhcp_type(base::Bytes frame) {
  if (frame.size() > kDiscoverMarkAt) __builtin_prefetch(frame.data() + kDiscoverMarkAt);
}

// By one look, in one cache line, and no header: what has the mark and is no DISCOVER is nothing
// that a machine sends. A client that says in a later option what it sends is not seen.
inline bool seems_discover(base::Bytes frame) {
  for (std::size_t tags = 0; tags <= wire::kVlanTagsMax; ++tags) {
    const std::size_t at = kDiscoverMarkAt + tags * wire::kVlanTagBytes;
    if (frame.size() < at + kDiscoverMark.size()) return false;
    if (std::memcmp(frame.data() + at, kDiscoverMark.data(), kDiscoverMark.size()) == 0)
      return true;
  }
  return false;
}

// Of so many frames so many DISCOVERs are worth an order.
inline constexpr bool are_many(std::size_t discovers, std::size_t frames) {
  return discovers * 4 >= frames;
}

// Whether they are, of these frames.
inline bool holds_many_discovers(std::span<const base::Bytes> frames) {
  return are_many(static_cast<std::size_t>(std::ranges::count_if(frames, seems_discover)),
                  frames.size());
}

// Begins to fetch what is in the frames, up to a burst; returns their bytes.
template <PortQueue Q>
std::uint64_t look_at(Q& queue, std::span<const typename Q::Frame> frames,
                      std::span<base::Bytes, kBurst> contents) {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    contents[i] = queue.bytes(frames[i]);
    __builtin_prefetch(contents[i].data());
    bytes += contents[i].size();
  }
  return bytes;
}

// As many full bursts as there are, up to a backlog's, and what is left. Returns how many frames.
template <PortQueue Q>
std::size_t receive_bursts(Q& queue, std::span<typename Q::Frame, kBacklogBurst> frames,
                           Counters& counters) {
  std::size_t count = 0;
  std::size_t received = kBurst;
  while (received == kBurst && count < frames.size()) {
    received = queue.receive(frames.subspan(count, kBurst));
    count += received;
  }
  std::uint64_t bytes = 0;
  for (const auto frame : frames.first(count)) {
    const base::Bytes content = queue.bytes(frame);
    prefetch_dhcp_type(content);
    bytes += content.size();
  }
  counters.bytes_received.add(bytes);
  counters.frames_received.add(count);
  return count;
}

// Returns how many of up to a backlog's frames are none; all keep their order.
template <PortQueue Q>
std::size_t move_discovers_last(Q& queue, std::span<typename Q::Frame> frames) {
  std::array<typename Q::Frame, kBacklogBurst> discovers;
  std::size_t beginning = 0;
  std::size_t begun = 0;
  for (const auto frame : frames) {
    if (seems_discover(queue.bytes(frame))) {
      discovers[beginning++] = frame;
    } else {
      frames[begun++] = frame;
    }
  }
  std::copy_n(discovers.begin(), beginning, frames.begin() + static_cast<std::ptrdiff_t>(begun));
  return begun;
}

}  // namespace stentor::worker

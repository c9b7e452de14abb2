// SPDX-License-Identifier: BSD-3-Clause
#include "storm/link_faults.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "wire/frame.h"

namespace stentor::storm {
namespace {

// Preamble, frame check sequence and the gap between frames (IEEE 802.3) take the wire too.
constexpr std::size_t kWireOverheadBytes = 24;

}  // namespace

LinkFaults::LinkFaults(const LinkModel& model, std::uint32_t machines, std::size_t frame_bytes_max,
                       std::uint64_t seed)
    : model_(model),
      random_(seed),
      slot_bytes_(frame_bytes_max),
      slots_(std::make_unique_for_overwrite<std::uint8_t[]>(kHeldMax * frame_bytes_max)),
      free_slots_(kHeldMax) {
  std::iota(free_slots_.rbegin(), free_slots_.rend(), 0u);
  flights_.reserve(kHeldMax);
  if (model.bits_per_second != 0) busy_until_.resize(machines);
}

void LinkFaults::put(const Held& frame, base::Time now, Tally& tally) {
  if (random_.chance(model_.loss)) return tally.count(Count::link_lost);
  hold(frame, now, tally);
  if (!random_.chance(model_.duplication)) return;
  tally.count(Count::link_duplicated);
  hold(frame, now, tally);
}

void LinkFaults::hold(const Held& frame, base::Time now, Tally& tally) {
  const base::Bytes bytes = frame.bytes;
  if (free_slots_.empty() || bytes.size() > slot_bytes_) return tally.count(Count::link_full);
  base::Time arrival = arrival_of(frame.direction, frame.machine, bytes.size(), now);
  if (random_.chance(model_.reordering)) {
    tally.count(Count::link_reordered);
    arrival += base::Duration{
        static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(kReorderMax.count())))};
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  const base::MutableBytes held(slots_.get() + slot * slot_bytes_, bytes.size());
  std::copy(bytes.begin(), bytes.end(), held.begin());
  wire::ReceiveChecksums device = frame.device;
  if (random_.chance(model_.corruption)) {
    tally.count(Count::link_corrupted);
    corrupt(held);
    device.ipv4_good = device.udp_good = false;
  }
  flights_.push_back({.arrival = arrival,
                      .order = order_++,
                      .machine = frame.machine,
                      .slot = slot,
                      .length = static_cast<std::uint16_t>(bytes.size()),
                      .device = device,
                      .direction = frame.direction});
  std::push_heap(flights_.begin(), flights_.end(), std::greater<>());
}

// Frames to a machine leave the last switch one behind the other at its rate; what stands in
// between is the delay, half a round trip each way.
base::Time LinkFaults::arrival_of(Direction direction, std::uint32_t machine, std::size_t bytes,
                                  base::Time now) {
  base::Time left = now;
  if (direction == Direction::to_machine && !busy_until_.empty()) {
    const auto bits = static_cast<double>((bytes + kWireOverheadBytes) * 8);
    const double seconds = bits / static_cast<double>(model_.bits_per_second);
    left = std::max(now, busy_until_[machine]) +
           std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
    busy_until_[machine] = left;
  }
  return left + model_.round_trip / 2;
}

// One bit behind the Ethernet header: the headers and the payload of the datagram.
void LinkFaults::corrupt(base::MutableBytes frame) {
  if (frame.size() <= wire::kEthernetHeaderBytes) return;
  const std::size_t bits = (frame.size() - wire::kEthernetHeaderBytes) * 8;
  const std::uint64_t bit = random_.below(bits);
  frame[wire::kEthernetHeaderBytes + bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
}

LinkFaults::Flight LinkFaults::take_first() {
  std::pop_heap(flights_.begin(), flights_.end(), std::greater<>());
  const Flight first = flights_.back();
  flights_.pop_back();
  return first;
}

}  // namespace stentor::storm

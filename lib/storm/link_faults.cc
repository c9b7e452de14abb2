// SPDX-License-Identifier: BSD-3-Clause
#include "storm/link_faults.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "storm/mix.h"
#include "wire/frame.h"

namespace stentor::storm {
namespace {

// Preamble, frame check sequence and the gap between frames (IEEE 802.3) take the wire too.
constexpr std::size_t kWireOverheadBytes = 24;

// What is drawn for a frame, and for each copy of it that arrives.
enum class Draw : std::uint64_t { loss, duplication, first_of_copy };
enum class CopyDraw : std::uint64_t { reordering, lag, corruption, bit };
constexpr std::uint64_t kDrawsACopy = 4;

// One bit behind the Ethernet header: the headers and the payload of the datagram.
void corrupt(base::MutableBytes frame, double where) {
  if (frame.size() <= wire::kEthernetHeaderBytes) return;
  const auto bits = static_cast<double>((frame.size() - wire::kEthernetHeaderBytes) * 8);
  const auto at = static_cast<std::size_t>(where * bits);
  frame[wire::kEthernetHeaderBytes + at / 8] ^= static_cast<std::uint8_t>(1u << at % 8);
}

// Of all machines of the group together, each by the largest window of the group.
std::uint64_t window_blocks(const GroupPlan& group) {
  std::uint64_t most = 1;
  const auto look_at = [&](const client::BootProfile* profile) {
    if (profile != nullptr) most = std::max<std::uint64_t>(most, profile->tftp.windowsize);
  };
  std::ranges::for_each(group.profiles, look_at);
  for (const StagePlan& stage : group.stages) look_at(stage.profile);
  return most * group.machines;
}

std::size_t frames_held(std::uint64_t window_blocks, std::size_t frame_bytes_max) {
  const std::uint64_t ceiling = LinkFaults::kHeldBytesMax / frame_bytes_max;
  return std::min(std::max<std::uint64_t>(2 * window_blocks, LinkFaults::kHeldMin), ceiling);
}

}  // namespace

struct LinkFaults::Dice {
  std::uint64_t seed;

  [[nodiscard]] double draw(Draw which) const {
    return as_unit(mixed(seed, static_cast<std::uint64_t>(which)));
  }
  [[nodiscard]] double draw(std::uint64_t copy, CopyDraw which) const {
    const auto first = static_cast<std::uint64_t>(Draw::first_of_copy) + copy * kDrawsACopy;
    return as_unit(mixed(seed, first + static_cast<std::uint64_t>(which)));
  }
};

LinkFaults::LinkFaults(const LinkModel& model, std::uint32_t machines, std::size_t frame_bytes_max,
                       std::uint64_t seed, const Share& share)
    : model_(model),
      seed_(seed),
      share_(share),
      slot_bytes_(frame_bytes_max),
      held_max_(
          frames_held(share.window_blocks != 0 ? share.window_blocks : kWindowUsual * machines,
                      frame_bytes_max)),
      slots_(std::make_unique_for_overwrite<std::uint8_t[]>(held_max_ * frame_bytes_max)),
      free_slots_(held_max_),
      links_(machines) {
  std::iota(free_slots_.rbegin(), free_slots_.rend(), 0u);
  flights_.reserve(held_max_);
}

LinkFaults::Share LinkFaults::share_of(const Plan& plan, std::size_t core) {
  std::uint64_t blocks = 0;
  for (const GroupPlan& group : plan.groups()) blocks += window_blocks(group);
  return {core, plan.cores(), blocks / plan.cores() + 1};
}

void LinkFaults::put(const Held& frame, base::Time now, Tally& tally) {
  const auto direction = static_cast<std::size_t>(frame.direction);
  const std::uint64_t number = frame.machine * share_.cores + share_.core;
  const std::uint64_t at = links_[frame.machine].frames[direction]++;
  const Dice dice{mixed(mixed(seed_, 2 * number + direction), at)};
  if (dice.draw(Draw::loss) < model_.loss) return tally.count(Count::link_lost);
  hold(frame, dice, 0, now, tally);
  if (dice.draw(Draw::duplication) >= model_.duplication) return;
  tally.count(Count::link_duplicated);
  hold(frame, dice, 1, now, tally);
}

void LinkFaults::hold(const Held& frame, const Dice& dice, std::uint64_t copy, base::Time now,
                      Tally& tally) {
  const base::Bytes bytes = frame.bytes;
  if (free_slots_.empty() || bytes.size() > slot_bytes_) return tally.count(Count::link_full);
  base::Time arrival = arrival_of(frame.direction, frame.machine, bytes.size(), now);
  if (dice.draw(copy, CopyDraw::reordering) < model_.reordering) {
    tally.count(Count::link_reordered);
    const double lag = dice.draw(copy, CopyDraw::lag) * static_cast<double>(kReorderMax.count());
    arrival += base::Duration{static_cast<std::int64_t>(lag)};
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  const base::MutableBytes held(slots_.get() + slot * slot_bytes_, bytes.size());
  std::copy(bytes.begin(), bytes.end(), held.begin());
  wire::ReceiveChecksums device = frame.device;
  if (dice.draw(copy, CopyDraw::corruption) < model_.corruption) {
    tally.count(Count::link_corrupted);
    corrupt(held, dice.draw(copy, CopyDraw::bit));
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
  if (direction == Direction::to_machine && model_.bits_per_second != 0) {
    base::Time& busy_until = links_[machine].busy_until;
    const auto bits = static_cast<double>((bytes + kWireOverheadBytes) * 8);
    const double seconds = bits / static_cast<double>(model_.bits_per_second);
    left = std::max(now, busy_until) +
           std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
    busy_until = left;
  }
  return left + model_.round_trip / 2;
}

LinkFaults::Flight LinkFaults::take_first() {
  std::pop_heap(flights_.begin(), flights_.end(), std::greater<>());
  const Flight first = flights_.back();
  flights_.pop_back();
  return first;
}

}  // namespace stentor::storm

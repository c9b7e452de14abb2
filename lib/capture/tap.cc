// SPDX-License-Identifier: BSD-3-Clause
#include "capture/tap.h"

#include <algorithm>
#include <cstring>

namespace stentor::capture {

namespace {

constexpr std::size_t rounded_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

void Tap::take(std::uint32_t wanted) {
  is_on_ = wanted % 2 == 1;
  taken_in_ = wanted;
  // Release pairs with the acquire in start().
  taken_.store(wanted, std::memory_order_release);
}

void Tap::note_received(std::uint16_t port, base::Bytes frame,
                        std::optional<wire::DropReason> reason) {
  note({.port = port, .direction = Direction::received}, frame, {}, reason);
}

void Tap::note_sent(std::uint16_t port, base::Bytes head, base::Bytes payload,
                    std::optional<wire::DropReason> reason) {
  note({.port = port, .direction = Direction::sent}, head, payload, reason);
}

void Tap::note(Record record, base::Bytes head, base::Bytes payload,
               std::optional<wire::DropReason> reason) {
  if ((filter_.drops_only && !reason) || !matches(filter_, head)) return;
  record.is_dropped = reason.has_value();
  record.reason = reason.value_or(wire::DropReason{});
  push(record, head, payload);
}

void Tap::push(Record record, base::Bytes head, base::Bytes payload) {
  const std::size_t all = head.size() + payload.size();
  const std::size_t kept = std::min<std::size_t>(all, filter_.snap_bytes);
  record.at = now_;
  record.frame_bytes = static_cast<std::uint32_t>(all);
  record.kept_bytes = static_cast<std::uint32_t>(kept);
  record.lost = lost_.value();
  const std::size_t size = rounded_up(sizeof record + kept, kUnit);
  // Relaxed: only this thread writes it.
  std::size_t tail = tail_.load(std::memory_order_relaxed);
  const std::size_t to_end = kRingBytes - tail % kRingBytes;
  const std::size_t skipped = size > to_end ? to_end : 0;
  if (tail + skipped + size - head_seen_ > kRingBytes) {
    // Acquire pairs with the release in drain(): the reader is done with what was there.
    head_seen_ = head_.load(std::memory_order_acquire);
    if (tail + skipped + size - head_seen_ > kRingBytes) return lost_.add();
  }
  if (skipped != 0) {
    const Record filler{.kept_bytes = kFiller};
    std::memcpy(&ring_[tail % kRingBytes], &filler, sizeof filler);
    tail += skipped;
  }
  std::byte* at = &ring_[tail % kRingBytes];
  std::memcpy(at, &record, sizeof record);
  at += sizeof record;
  const std::size_t of_head = std::min(head.size(), kept);
  if (of_head != 0) std::memcpy(at, head.data(), of_head);
  if (kept != of_head) std::memcpy(at + of_head, payload.data(), kept - of_head);
  // Release pairs with the acquire in drain().
  tail_.store(tail + size, std::memory_order_release);
  captured_.add();
}

const Record& Tap::record_at(std::size_t at) const {
  return *reinterpret_cast<const Record*>(&ring_[at % kRingBytes]);
}

base::Bytes Tap::bytes_of(const Record& record) {
  return {reinterpret_cast<const std::uint8_t*>(&record + 1), record.kept_bytes};
}

std::size_t Tap::size_of(const Record& record, std::size_t at) {
  if (record.kept_bytes == kFiller) return kRingBytes - at % kRingBytes;
  return rounded_up(sizeof record + record.kept_bytes, kUnit);
}

}  // namespace stentor::capture

// SPDX-License-Identifier: BSD-3-Clause
#include "worker/timing_wheel.h"

#include "base/check.h"

namespace stentor::worker {

std::uint64_t TimingWheel::tick_of(base::Time time) {
  return static_cast<std::uint64_t>(time.time_since_epoch() / kTick);
}

TimingWheel::TimingWheel(std::uint32_t entries, base::Time now)
    : entries_(entries), current_(tick_of(now)) {
  heads_.fill(kNone);
}

void TimingWheel::arm(std::uint32_t index, base::Time deadline) {
  CHECK(index < entries_.size());
  Entry& entry = entries_[index];
  // One tick up: a slot is taken when its tick begins, and nothing may fire before its deadline.
  std::uint64_t tick = deadline == base::kNever ? UINT64_MAX : tick_of(deadline) + 1;
  const std::uint64_t last = current_ + kSlots - 1;
  tick = tick < current_ ? current_ : tick > last ? last : tick;
  if (entry.tick <= tick) return;
  disarm(index);
  std::uint32_t& head = heads_[tick & (kSlots - 1)];
  entry = {kNone, head, tick};
  if (head != kNone) entries_[head].previous = index;
  head = index;
}

void TimingWheel::disarm(std::uint32_t index) {
  Entry& entry = entries_[index];
  if (entry.tick == kNotArmed) return;
  if (entry.previous == kNone) {
    heads_[entry.tick & (kSlots - 1)] = entry.next;
  } else {
    entries_[entry.previous].next = entry.next;
  }
  if (entry.next != kNone) entries_[entry.next].previous = entry.previous;
  entry = {};
}

std::size_t TimingWheel::advance(base::Time now, std::span<std::uint32_t> due) {
  const std::uint64_t end = tick_of(now);
  // After a long sleep one turn of the wheel sees every slot.
  if (end >= current_ + kSlots) current_ = end - kSlots + 1;
  std::size_t count = 0;
  for (; current_ <= end; ++current_) {
    std::uint32_t& head = heads_[current_ & (kSlots - 1)];
    while (head != kNone) {
      if (count == due.size()) return count;
      due[count++] = head;
      disarm(head);
    }
  }
  return count;
}

}  // namespace stentor::worker

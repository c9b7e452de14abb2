// SPDX-License-Identifier: BSD-3-Clause
#include "worker/parked_requests.h"

#include <algorithm>

#include "worker/linear_probing.h"

namespace stentor::worker {

// Keys are keyed hashes: nobody can choose them to collide.
std::size_t ParkedRequests::cell_of(std::uint64_t client) const {
  const std::size_t mask = cells_.size() - 1;
  std::size_t at = client & mask;
  while (cells_[at] != kNone && entries_[cells_[at]].client != client) at = (at + 1) & mask;
  return at;
}

bool ParkedRequests::replace(std::uint64_t client, base::Bytes frame) {
  const std::uint32_t index = cells_[cell_of(client)];
  if (index == kNone || frame.size() > kFrameBytesMax) return false;
  keep(index, frame);
  return true;
}

void ParkedRequests::keep(std::uint32_t index, base::Bytes frame) {
  entries_[index].frame_bytes = static_cast<std::uint16_t>(frame.size());
  std::ranges::copy(frame, frames_[index].begin());
}

bool ParkedRequests::park(std::uint64_t client, base::Bytes frame, const ParkedRequest& request,
                          base::Time due) {
  if (size_ == entries_.size() || frame.size() > kFrameBytesMax) return false;
  const std::uint32_t index = free_[size_++];
  cells_[cell_of(client)] = index;
  Entry& entry = entries_[index];
  entry.client = client;
  entry.due = due;
  entry.request = request;
  keep(index, frame);
  wheel_.arm(index, due);
  return true;
}

std::optional<ParkedRequests::Due> ParkedRequests::take_due(base::Time now, Buffer& buffer) {
  for (;;) {
    if (next_due_ == due_count_) {
      next_due_ = 0;
      due_count_ = wheel_.advance(now, due_);
      if (due_count_ == 0) return std::nullopt;
    }
    const std::uint32_t index = due_[next_due_++];
    const Entry& entry = entries_[index];
    if (entry.due > now) {  // beyond the wheel's horizon
      wheel_.arm(index, entry.due);
      continue;
    }
    std::copy_n(frames_[index].begin(), entry.frame_bytes, buffer.begin());
    const Due due{entry.request, base::MutableBytes(buffer).first(entry.frame_bytes)};
    forget(index);
    return due;
  }
}

void ParkedRequests::forget(std::uint32_t index) {
  const std::size_t mask = cells_.size() - 1;
  erase_cell(std::span(cells_), cell_of(entries_[index].client), kNone,
             [&](std::size_t at) { return entries_[cells_[at]].client & mask; });
  free_[--size_] = index;
}

}  // namespace stentor::worker

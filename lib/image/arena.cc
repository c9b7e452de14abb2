// SPDX-License-Identifier: BSD-3-Clause
#include "image/arena.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::image {

namespace {

constexpr std::size_t kCacheLineBytes = 64;
constexpr std::size_t kSharedBlockBytesMin = std::size_t{64} << 10;
constexpr std::size_t kSharedBlockBytesMax = std::size_t{4} << 20;
// From here on a file has its own block: at most a sixteenth of a shared block is left unused.
constexpr std::size_t kOwnBlockBytes = kSharedBlockBytesMax / 16;

base::MutableBytes first_of(base::MutableBytes block, std::size_t bytes) {
  return block.empty() ? block : block.first(bytes);
}

}  // namespace

std::size_t Arena::room_for(std::size_t bytes) {
  return (bytes + kCacheLineBytes - 1) / kCacheLineBytes * kCacheLineBytes;
}

Arena::Arena(Memory& memory, std::size_t expected_bytes)
    : memory_(memory),
      shared_block_bytes_(
          std::clamp(room_for(expected_bytes), kSharedBlockBytesMin, kSharedBlockBytesMax)) {}

Arena::~Arena() {
  for (const base::MutableBytes block : blocks_) memory_.release(block);
}

base::MutableBytes Arena::take_block(std::size_t bytes) {
  const base::MutableBytes block = memory_.allocate(bytes);
  if (block.empty()) return {};
  bytes_ += block.size();
  blocks_.push_back(block);
  return block;
}

base::MutableBytes Arena::reserve(std::size_t bytes) {
  CHECK(bytes > 0);
  const std::size_t room = room_for(bytes);
  if (room >= kOwnBlockBytes) return first_of(take_block(room), bytes);
  if (shared_.size() - shared_used_ < room) {
    const base::MutableBytes block = take_block(std::max(shared_block_bytes_, room));
    // The last of the memory may hold this file, if not a whole block.
    if (block.empty()) return first_of(take_block(room), bytes);
    shared_ = block;
    shared_used_ = 0;
  }
  const base::MutableBytes space = shared_.subspan(shared_used_, bytes);
  shared_used_ += room;
  return space;
}

void Arena::release(base::MutableBytes space) {
  const std::size_t room = room_for(space.size());
  if (shared_used_ >= room && space.data() == shared_.data() + (shared_used_ - room)) {
    shared_used_ -= room;
    return;
  }
  const auto own = std::find_if(blocks_.begin(), blocks_.end(), [&](base::MutableBytes block) {
    return block.data() == space.data() && block.size() == room && block.data() != shared_.data();
  });
  if (own == blocks_.end()) return;
  memory_.release(*own);
  bytes_ -= own->size();
  blocks_.erase(own);
}

}  // namespace stentor::image

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

}  // namespace

std::size_t Arena::room_for(std::size_t bytes) {
  return (bytes + kCacheLineBytes - 1) / kCacheLineBytes * kCacheLineBytes;
}

Arena::Arena(Memory& memory, std::size_t expected_bytes)
    : memory_(memory),
      shared_block_bytes_(
          std::clamp(room_for(expected_bytes), kSharedBlockBytesMin, kSharedBlockBytesMax)) {}

Arena::~Arena() {
  while (!own_.empty()) give_back(own_, own_.begin());
  while (!shared_.empty()) give_back(shared_, shared_.begin());
}

base::MutableBytes Arena::take_block(std::size_t bytes, Blocks& blocks) {
  const base::MutableBytes block = memory_.allocate(bytes);
  if (block.empty()) return {};
  bytes_ += block.size();
  blocks.emplace(block.data(), block.size());
  return block;
}

void Arena::give_back(Blocks& blocks, Blocks::iterator block) {
  bytes_ -= block->second;
  memory_.release({block->first, block->second});
  blocks.erase(block);
}

void Arena::erase_hole(Blocks::iterator hole) {
  holes_by_size_.erase({hole->second, hole->first});
  holes_.erase(hole);
}

base::MutableBytes Arena::reserve(std::size_t bytes) {
  CHECK(bytes > 0);
  const std::size_t room = room_for(bytes);
  const auto first_of = [bytes](base::MutableBytes block) {
    return block.empty() ? block : block.first(bytes);
  };
  if (room >= kOwnBlockBytes) return first_of(take_block(room, own_));
  if (holes_by_size_.lower_bound({room, nullptr}) == holes_by_size_.end()) {
    const auto block = take_block(std::max(shared_block_bytes_, room), shared_);
    // The last of the memory may hold this file, if not a whole block.
    if (block.empty()) return first_of(take_block(room, own_));
    holes_.emplace(block.data(), block.size());
    holes_by_size_.emplace(block.size(), block.data());
  }
  const auto [size, at] = *holes_by_size_.lower_bound({room, nullptr});
  erase_hole(holes_.find(at));
  if (at == empty_) empty_ = nullptr;
  if (size > room) add_hole(at + room, size - room);
  return {at, bytes};
}

void Arena::add_hole(std::uint8_t* at, std::size_t bytes) {
  const auto block = std::prev(shared_.upper_bound(at));
  const auto next = holes_.lower_bound(at);
  if (next != holes_.end() && next->first == at + bytes && shared_.count(next->first) == 0) {
    bytes += next->second;
    erase_hole(next);
  }
  const auto after = holes_.lower_bound(at);
  if (after != holes_.begin()) {
    const auto before = std::prev(after);
    if (before->first + before->second == at && at != block->first) {
      at = before->first;
      bytes += before->second;
      erase_hole(before);
    }
  }
  if (bytes == block->second) {
    if (empty_ != nullptr) return give_back(shared_, block);
    empty_ = at;
  }
  holes_.emplace(at, bytes);
  holes_by_size_.emplace(bytes, at);
}

void Arena::release(base::MutableBytes space) {
  if (const auto own = own_.find(space.data()); own != own_.end()) return give_back(own_, own);
  add_hole(space.data(), room_for(space.size()));
}

}  // namespace stentor::image

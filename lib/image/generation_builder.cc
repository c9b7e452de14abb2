// SPDX-License-Identifier: BSD-3-Clause
#include "image/generation_builder.h"

#include <algorithm>

#include "base/check.h"
#include "image/block_sums.h"

namespace stentor::image {

namespace {

// The sums begin at an even address behind the bytes.
std::size_t sums_offset(std::size_t image_bytes) { return image_bytes + image_bytes % 2; }

std::uint64_t count_line_marks(base::Bytes bytes) {
  // So many cannot overflow a byte, and compilers add bytes by the vector.
  constexpr std::size_t kPieceBytes = 255;
  std::uint64_t count = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kPieceBytes) {
    std::uint8_t of_piece = 0;
    for (const std::uint8_t byte : bytes.subspan(at, std::min(kPieceBytes, bytes.size() - at)))
      of_piece = static_cast<std::uint8_t>(of_piece + (byte == '\n' || byte == '\r' ? 1 : 0));
    count += of_piece;
  }
  return count;
}

}  // namespace

std::size_t arena_bytes_for(std::size_t image_bytes) {
  return sums_offset(image_bytes) + block_sum_count(image_bytes) * sizeof(std::uint16_t);
}

GenerationBuilder::GenerationBuilder(Memory& memory, std::size_t expected_bytes)
    : arena_(std::make_unique<Arena>(memory, expected_bytes)) {}

ImageSpace GenerationBuilder::reserve(std::size_t image_bytes) {
  const std::lock_guard lock(mutex_);
  const base::MutableBytes whole = arena_->reserve(arena_bytes_for(image_bytes));
  return {whole, whole.empty() ? whole : whole.first(image_bytes)};
}

void GenerationBuilder::release(const ImageSpace& space) {
  const std::lock_guard lock(mutex_);
  arena_->release(space.whole);
}

void GenerationBuilder::add(const ImageSpace& space, const std::vector<std::string>& paths) {
  const std::size_t image_bytes = space.bytes.size();
  // The arena aligns to a cache line, sums_offset() keeps it even: uint16_t may live there.
  auto* sums = reinterpret_cast<std::uint16_t*>(space.whole.data() + sums_offset(image_bytes));
  const BlockSums views = write_block_sums(space.bytes, {sums, block_sum_count(image_bytes)});
  const std::uint64_t line_marks = count_line_marks(space.bytes);
  const std::lock_guard lock(mutex_);
  for (const std::string& path : paths)
    images_.push_back({.path = paths_.emplace_back(path),
                       .bytes = space.bytes,
                       .line_marks = line_marks,
                       .block_sums = views});
}

bool GenerationBuilder::add_copy(std::string_view path, base::Bytes bytes) {
  const ImageSpace space = reserve(bytes.size());
  if (space.whole.empty()) return false;
  std::ranges::copy(bytes, space.bytes.begin());
  add(space, {std::string(path)});
  return true;
}

std::size_t GenerationBuilder::arena_bytes() const {
  const std::lock_guard lock(mutex_);
  return arena_->bytes();
}

std::unique_ptr<const Generation> GenerationBuilder::build(std::uint64_t number) {
  CHECK(arena_ != nullptr);
  return std::make_unique<const Generation>(number, std::move(arena_), std::move(images_));
}

}  // namespace stentor::image

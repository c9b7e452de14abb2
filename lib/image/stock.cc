// SPDX-License-Identifier: BSD-3-Clause
#include "image/stock.h"

#include <algorithm>
#include <new>
#include <utility>

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

Stock::Stock(Memory& memory, std::size_t expected_bytes) : arena_(memory, expected_bytes) {}

ImageSpace Stock::reserve(std::size_t image_bytes) {
  const std::lock_guard lock(mutex_);
  const base::MutableBytes whole = arena_.reserve(arena_bytes_for(image_bytes));
  return {whole, whole.empty() ? whole : whole.first(image_bytes)};
}

void Stock::release(const ImageSpace& space) {
  const std::lock_guard lock(mutex_);
  arena_.release(space.whole);
}

void Stock::EndRecord::operator()(Record* record) const {
  void* piece = record->piece;
  record->~Record();
  ::operator delete(piece);
}

Stock::OwnedRecord Stock::make_record(const Image& like, const std::string& path,
                                      std::shared_ptr<const ImageSpace> space) {
  static_assert(alignof(Record) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  const std::size_t text_bytes =
      (path.size() + alignof(Record) - 1) / alignof(Record) * alignof(Record);
  auto* piece = static_cast<char*>(::operator new(text_bytes + sizeof(Record)));
  std::ranges::copy(path, piece);
  OwnedRecord record(new (piece + text_bytes) Record{like, std::move(space), piece});
  record->image.path = {piece, path.size()};
  return record;
}

// `like`: all but path and slot.
const Image* Stock::make(const Image& like, const std::string& path,
                         const std::shared_ptr<const ImageSpace>& space) {
  if (free_slots_.empty()) {
    if (records_.size() == kImageSlots) return nullptr;
    free_slots_.push_back(static_cast<std::uint32_t>(records_.size()));
    records_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  records_[slot] = make_record(like, path, space);
  records_[slot]->image.slot = slot;
  return &records_[slot]->image;
}

std::vector<const Image*> Stock::add(const ImageSpace& space, std::span<const std::string> paths) {
  const std::size_t image_bytes = space.bytes.size();
  // The arena aligns to a cache line, sums_offset() keeps it even: uint16_t may live there.
  auto* sums = reinterpret_cast<std::uint16_t*>(space.whole.data() + sums_offset(image_bytes));
  const BlockSums views = write_block_sums(space.bytes, {sums, block_sum_count(image_bytes)});
  const std::uint64_t line_marks = count_line_marks(space.bytes);
  const auto shared = std::make_shared<const ImageSpace>(space);

  std::vector<const Image*> images;
  const std::lock_guard lock(mutex_);
  if (kImageSlots - records_.size() + free_slots_.size() < paths.size()) {
    arena_.release(space.whole);
    return images;
  }
  const Image like{.path = {}, .bytes = space.bytes, .line_marks = line_marks, .block_sums = views};
  for (const std::string& path : paths) images.push_back(make(like, path, shared));
  return images;
}

const Image* Stock::add_path(const Image& image, const std::string& path) {
  const std::lock_guard lock(mutex_);
  return make(image, path, records_[image.slot]->space);
}

void Stock::remove(std::span<const Image* const> images) {
  const std::lock_guard lock(mutex_);
  for (const Image* image : images) {
    const std::uint32_t slot = image->slot;
    CHECK(slot < records_.size() && records_[slot] && &records_[slot]->image == image);
    const auto space = std::move(records_[slot]->space);
    records_[slot].reset();
    free_slots_.push_back(slot);
    if (space.use_count() == 1) arena_.release(space->whole);
  }
}

std::size_t Stock::arena_bytes() const {
  const std::lock_guard lock(mutex_);
  return arena_.bytes();
}

std::size_t Stock::images() const {
  const std::lock_guard lock(mutex_);
  return records_.size() - free_slots_.size();
}

}  // namespace stentor::image

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Every image that exists: its bytes and sums in an arena, its path, its slot. Images come and go
// one by one; who may still use one, its remover has found out before ("control/image_retirement.h"
// says how). A generation only names images; the last one to go ends the stock.
//
// Threads: any, also several at once; helper threads reserve and add during a load.
//
// Invariant: an image stays where it is, and as it is, until remove() or the destructor.

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "image/arena.h"
#include "image/image.h"

namespace stentor::image {

// Room for one file: its bytes, to be filled, and its sums behind them.
struct ImageSpace {
  base::MutableBytes whole{};
  base::MutableBytes bytes{};  // as many as the file has
};

class Stock {
 public:
  // `memory` outlives the stock. `expected_bytes`: as for Arena.
  Stock(Memory& memory, std::size_t expected_bytes);
  Stock(const Stock&) = delete;
  Stock& operator=(const Stock&) = delete;

  // An empty `whole` when the memory has no more. Of an empty file only `bytes` is empty.
  ImageSpace reserve(std::size_t image_bytes);
  // Unused: no image was made of it.
  void release(const ImageSpace& space);

  // The file's bytes are complete: computes its sums and makes an image of each path (normalised).
  // The space is the images' from now on. Nothing, and `space` released, without a free slot each.
  std::vector<const Image*> add(const ImageSpace& space, std::span<const std::string> paths);

  // Another path of a file that is there: its bytes, which are shared. nullptr without a free slot.
  const Image* add_path(const Image& image, const std::string& path);

  // Nobody uses these any more.
  void remove(std::span<const Image* const> images);

  // Taken from the memory.
  [[nodiscard]] std::size_t arena_bytes() const;
  [[nodiscard]] std::size_t images() const;

 private:
  // In one piece with its path, which stands before it: who compares paths reads both.
  struct Record {
    Image image;
    std::shared_ptr<const ImageSpace> space;  // of all images of its file
    void* piece;                              // where the path begins
  };
  struct EndRecord {
    void operator()(Record* record) const;
  };
  using OwnedRecord = std::unique_ptr<Record, EndRecord>;

  static OwnedRecord make_record(const Image& like, const std::string& path,
                                 std::shared_ptr<const ImageSpace> space);

  const Image* make(const Image& like, const std::string& path,
                    const std::shared_ptr<const ImageSpace>& space);

  mutable std::mutex mutex_;  // guards all below
  Arena arena_;
  std::vector<OwnedRecord> records_;       // by slot; null: free
  std::vector<std::uint32_t> free_slots_;  // below records_.size()
};

// What reserve() takes from the arena for a file of `image_bytes`, within a cache line.
std::size_t arena_bytes_for(std::size_t image_bytes);

}  // namespace stentor::image

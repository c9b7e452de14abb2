// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether a worker may have a transfer of some client: a bit a cell of its TransferTable, set as
// long as some transfer's search begins there. Most frames of strangers are told by it, and what it
// takes is a thirty-second of the cells: a flood leaves the cache to the live.
//
// Threads: its worker writes; all may read, and so keep from its hand-over ring what is no client's
// of it. Another worker may see a bit late, by less than a network takes to bring an ACK.

#include <atomic>
#include <bit>
#include <cstdint>
#include <vector>

namespace stentor::worker {

// In a cache line of its own: what its owner writes stands beside it, and would take it from
// others.
class alignas(64) TransferHomes {
 public:
  explicit TransferHomes(std::uint32_t transfers_max)
      : mask_(cell_count(transfers_max) - 1), words_(word_count(transfers_max)) {}

  [[nodiscard]] static std::size_t cell_count(std::uint32_t transfers_max) {
    return std::bit_ceil(std::size_t{transfers_max} * 2);
  }
  [[nodiscard]] static std::uint64_t memory_bytes(std::uint32_t transfers_max) {
    return word_count(transfers_max) * sizeof(Word);
  }

  // The cell at which the search for a hash begins.
  [[nodiscard]] std::size_t home_of(std::uint64_t hash) const { return hash & mask_; }
  // Any thread. False: no transfer of the worker has this hash.
  [[nodiscard]] bool has(std::uint64_t hash) const {
    const std::size_t home = home_of(hash);
    return (words_[home / kBits].load(std::memory_order_relaxed) & bit_of(home)) != 0;
  }
  // The worker, which is alone to write: no read-modify-write is needed.
  void set(std::uint64_t hash) { change(home_of(hash), true); }
  void clear(std::uint64_t hash) { change(home_of(hash), false); }

 private:
  // Relaxed all over: a bit carries no data but itself.
  using Word = std::atomic<std::uint64_t>;
  static constexpr std::size_t kBits = 64;

  [[nodiscard]] static std::size_t word_count(std::uint32_t transfers_max) {
    return (cell_count(transfers_max) + kBits - 1) / kBits;
  }
  [[nodiscard]] static std::uint64_t bit_of(std::size_t home) {
    return std::uint64_t{1} << home % kBits;
  }
  void change(std::size_t home, bool is_set) {
    Word& word = words_[home / kBits];
    const std::uint64_t others = word.load(std::memory_order_relaxed) & ~bit_of(home);
    word.store(is_set ? others | bit_of(home) : others, std::memory_order_relaxed);
  }

  std::size_t mask_;
  std::vector<Word> words_;
};

}  // namespace stentor::worker

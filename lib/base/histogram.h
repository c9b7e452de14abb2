// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A distribution of non-negative integers (durations in ns) in fixed memory: exact below 64, above
// that 32 buckets for each power of two, so a percentile is at most 1/32 too high. The whole range
// of 64 bits. One thread writes; any thread may read meanwhile, and sees each cell as of about now.
// Histograms of several threads are added up.

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace stentor::base {

class Histogram {
 public:
  void add(std::uint64_t value, std::uint64_t count = 1) {
    buckets_[bucket_of(value)].add(count);
    count_.add(count);
    sum_.add(value * count);
    if (value > max_.get()) max_.set(value);
    if (value < min_.get()) min_.set(value);
  }

  void add(const Histogram& other);

  [[nodiscard]] std::uint64_t count() const { return count_.get(); }
  [[nodiscard]] std::uint64_t sum() const { return sum_.get(); }
  [[nodiscard]] std::uint64_t min() const { return count() == 0 ? 0 : min_.get(); }
  [[nodiscard]] std::uint64_t max() const { return max_.get(); }
  [[nodiscard]] double mean() const {
    return count() == 0 ? 0 : static_cast<double>(sum_.get()) / static_cast<double>(count());
  }
  // The smallest bucket's upper end below which `fraction` (0 to 1) of the values lie, never above
  // max(); 0 without values.
  [[nodiscard]] std::uint64_t quantile(double fraction) const;

  // For plots: `visit(lowest, highest, count)` of each bucket that is not empty, in order.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t at = 0; at < kBuckets; ++at) {
      const std::uint64_t held = buckets_[at].get();
      if (held != 0) visit(lowest_of(at), highest_of(at), held);
    }
  }

  static constexpr std::size_t kSteps = 32;  // buckets for each power of two
  static constexpr std::size_t kBuckets = 2 * kSteps + (64 - 6) * kSteps;

  static constexpr std::size_t bucket_of(std::uint64_t value) {
    if (value < 2 * kSteps) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - 6;
    return static_cast<std::size_t>((value >> shift) + shift * kSteps);
  }
  static constexpr std::uint64_t lowest_of(std::size_t bucket) {
    if (bucket < 2 * kSteps) return bucket;
    const std::size_t shift = bucket / kSteps - 1;
    return static_cast<std::uint64_t>(bucket - shift * kSteps) << shift;
  }
  static constexpr std::uint64_t highest_of(std::size_t bucket) {
    return bucket + 1 == kBuckets ? UINT64_MAX : lowest_of(bucket + 1) - 1;
  }

 private:
  // Relaxed: each is a number of its own, and a reader wants no more than that.
  class Cell {
   public:
    Cell() = default;
    explicit Cell(std::uint64_t value) : value_(value) {}
    Cell(const Cell& other) : value_(other.get()) {}
    Cell& operator=(const Cell& other) {
      set(other.get());
      return *this;
    }
    [[nodiscard]] std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }
    void set(std::uint64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::uint64_t value) { set(get() + value); }

   private:
    std::atomic<std::uint64_t> value_{0};
  };

  std::array<Cell, kBuckets> buckets_{};
  Cell count_;
  Cell sum_;
  Cell min_{UINT64_MAX};
  Cell max_;
};

}  // namespace stentor::base

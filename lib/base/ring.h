// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A bounded queue from one thread to one other: single producer, single consumer, no waiting.
//
// Invariants: head_ is written by the consumer alone, tail_ by the producer alone; both only grow;
// tail_ - head_ <= capacity. A slot in [head_, tail_) belongs to the consumer, the rest to the
// producer.

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>

#include "base/check.h"

namespace stentor::base {

template <typename T>
class Ring {
 public:
  // `slots` is the storage: its size is the capacity, a power of two, and it outlives the ring.
  explicit Ring(std::span<T> slots) : slots_(slots) {
    CHECK(!slots.empty() && (slots.size() & (slots.size() - 1)) == 0);
  }

  // Producer. False when no more than `reserve` slots are free: nothing was stored.
  [[nodiscard]] bool push(const T& value, std::size_t reserve = 0) {
    T* const slot = claim(reserve);
    if (slot == nullptr) return false;
    *slot = value;
    publish();
    return true;
  }

  // Producer. push() in two steps, for a value that is made in its slot: the next free one, null if
  // there is none; and then, once it is written, publish(), which a claim may also go without.
  [[nodiscard]] T* claim(std::size_t reserve = 0) {
    const std::size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_seen_ + reserve >= slots_.size()) {
      // Acquire pairs with the release in pop(): the consumer is done with the slot.
      head_seen_ = head_.load(std::memory_order_acquire);
      if (tail - head_seen_ + reserve >= slots_.size()) return nullptr;
    }
    return &slots_[tail & (slots_.size() - 1)];
  }
  void publish() {
    // Release pairs with the acquire in pop(): the slot is written before it is seen.
    tail_.store(tail_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // Consumer. Moves up to `out.size()` values, oldest first; returns how many.
  std::size_t pop(std::span<T> out) {
    const std::size_t head = head_.load(std::memory_order_relaxed);
    // Acquire pairs with the release in publish().
    const std::size_t ready = tail_.load(std::memory_order_acquire) - head;
    const std::size_t count = ready < out.size() ? ready : out.size();
    if (count == 0) return 0;  // the line of head_ stays where it is
    for (std::size_t i = 0; i < count; ++i) out[i] = slots_[(head + i) & (slots_.size() - 1)];
    // Release pairs with the acquire in claim().
    head_.store(head + count, std::memory_order_release);
    return count;
  }

 private:
  const std::span<T> slots_;
  alignas(64) std::atomic<std::size_t> head_{0};  // written by the consumer, read by both
  alignas(64) std::atomic<std::size_t> tail_{0};  // written by the producer, read by both
  // The producer's: head_ when it last looked, which it does once the slots up to there are used
  // up, for the line is in the consumer's cache.
  std::size_t head_seen_ = 0;
};

}  // namespace stentor::base

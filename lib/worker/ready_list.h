// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The transfers that have frames to send, first come first served: one queue for each port queue of
// a worker, and whatever further ones its owner asks for. Intrusive lists over transfer indexes:
// O(1) everywhere, and a transfer that ends leaves its list at once. One thread.

#include <cstdint>
#include <vector>

namespace stentor::worker {

class ReadyList {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  ReadyList(std::uint32_t entries, std::size_t queues);
  [[nodiscard]] static std::uint64_t memory_bytes(std::uint32_t entries) {
    return std::uint64_t{entries} * sizeof(Link);
  }

  [[gnu::always_inline]] void prefetch(std::uint32_t entry) const {
    __builtin_prefetch(&links_[entry], 1);
  }
  // At the back; nothing if the entry stands in a queue already.
  void push(std::size_t queue, std::uint32_t entry);
  // The same at the front.
  void push_front(std::size_t queue, std::uint32_t entry);
  // The front, taken out; kNone if the queue is empty.
  std::uint32_t pop(std::size_t queue);
  // The front; kNone if the queue is empty.
  [[nodiscard]] std::uint32_t front(std::size_t queue) const { return queues_[queue].first; }
  // The one behind the front; kNone if there is none.
  [[nodiscard]] std::uint32_t second(std::size_t queue) const {
    const std::uint32_t first = queues_[queue].first;
    return first == kNone ? kNone : links_[first].next;
  }
  [[nodiscard]] std::uint32_t length(std::size_t queue) const { return queues_[queue].length; }
  void remove(std::uint32_t entry);
  // Out of this one queue; an entry that stands in another keeps its turn.
  void remove_from(std::size_t queue, std::uint32_t entry);
  [[nodiscard]] bool empty(std::size_t queue) const { return queues_[queue].first == kNone; }

 private:
  static constexpr std::uint16_t kNotQueued = UINT16_MAX;

  struct Link {
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    std::uint16_t queue = kNotQueued;
  };
  struct Queue {
    std::uint32_t first = kNone;
    std::uint32_t last = kNone;
    std::uint32_t length = 0;
  };

  std::vector<Link> links_;
  std::vector<Queue> queues_;
};

}  // namespace stentor::worker

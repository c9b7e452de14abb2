// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One immutable value, published by the control thread and read by workers without a lock: the
// configuration snapshot that a burst is served from.
//
// Threads: publish(), reclaim(), mark(), passed() and the destructor belong to one control thread;
// each reader slot to one worker. A worker calls read() once a burst and drops the pointer before
// the next read() or park(); that next call is its promise that it no longer uses what the last one
// returned.
//
// Invariant: a retired value is freed only when every reader has called read() or park() after the
// retirement. No reader ever waits; the control thread polls reclaim().

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/check.h"

namespace stentor::base {

template <typename T>
class Published {
 public:
  // `readers` slots, all parked.
  Published(std::unique_ptr<const T> first, std::size_t readers)
      : slots_(readers), current_(first.release()) {
    CHECK(current_.load(std::memory_order_relaxed) != nullptr);
  }

  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;

  // No reader may be between read() and park().
  ~Published() {
    for (const Retired& old : retired_) delete old.value;
    delete current_.load(std::memory_order_relaxed);
  }

  // Worker `reader`: the value to use until its next call.
  const T& read(std::size_t reader) {
    // The acquire pairs with the increment in publish(): an epoch that is seen brings its pointer.
    // The store and the load are sequentially consistent: either this store is seen by reclaim(),
    // which then keeps what the load below returns, or the load sees the pointer that publish()
    // stored before.
    slots_[reader].epoch.store(epoch_.load(std::memory_order_acquire));
    return *current_.load();
  }

  // Worker `reader`: it holds nothing until its next read(). Called before it sleeps or ends.
  void park(std::size_t reader) { slots_[reader].epoch.store(kParked | epoch_.load()); }

  // Control thread: what was published last.
  [[nodiscard]] const T& latest() const { return *current_.load(std::memory_order_relaxed); }

  // Control thread. Returns at once; the old value lives until reclaim() finds it unused.
  void publish(std::unique_ptr<const T> next) {
    CHECK(next != nullptr);
    retired_.reserve(retired_.size() + 1);  // nothing can fail once it is seen
    const T* old = current_.exchange(next.release());
    retired_.push_back({old, epoch_.fetch_add(1) + 1});
  }

  // Control thread. A moment, for what readers use besides: passed() once every reader has called
  // read() or park() after it. What control has written before the mark, a reader sees that reads
  // after it; what a reader has written before it passes, control sees then.
  std::uint64_t mark() {
    // Written again, so that a reader that comes back from park() reads what this thread wrote.
    current_.store(current_.load(std::memory_order_relaxed));
    return epoch_.fetch_add(1) + 1;
  }
  [[nodiscard]] bool passed(std::uint64_t mark) const { return mark <= oldest_epoch(); }
  // A reader that has called neither read() nor park() since the mark, the first of them: though
  // one that is parked holds nothing, it is not heard of. Who never called is left out.
  [[nodiscard]] std::optional<std::size_t> first_behind(std::uint64_t mark) const {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if ((slots_[i].epoch.load() & ~kParked) < mark) return i;
    }
    return std::nullopt;
  }

  // Control thread. Frees the retired values that no reader can hold; returns how many are left.
  std::size_t reclaim() {
    const std::uint64_t oldest = oldest_epoch();
    std::erase_if(retired_, [oldest](const Retired& old) {
      if (old.epoch > oldest) return false;
      delete old.value;
      return true;
    });
    return retired_.size();
  }

 private:
  // Beside the epoch in which a reader parked: later than any that one may wait for.
  static constexpr std::uint64_t kParked = std::uint64_t{1} << 63;

  // Which every reader has reached.
  [[nodiscard]] std::uint64_t oldest_epoch() const {
    std::uint64_t oldest = UINT64_MAX;
    for (const Slot& slot : slots_) oldest = std::min(oldest, slot.epoch.load());
    return oldest;
  }

  struct alignas(64) Slot {
    std::atomic<std::uint64_t> epoch{UINT64_MAX};  // written by its worker, read by control
  };
  struct Retired {
    const T* value;
    std::uint64_t epoch;  // free once every reader's epoch has reached this
  };

  std::vector<Slot> slots_;
  alignas(64) std::atomic<const T*> current_;  // written by control, read by workers
  std::atomic<std::uint64_t> epoch_{0};        // written by control, read by workers
  std::vector<Retired> retired_;               // control only
};

}  // namespace stentor::base

// SPDX-License-Identifier: BSD-3-Clause
// Goal: under real threads no reader ever sees a value that was freed, or one older than before.
#include "base/published.h"

#include <gtest/gtest.h>

#include "crew.h"

namespace stentor::base {
namespace {

constexpr std::uint64_t kPoison = 0xdeaddeaddeaddead;

// A deleted value stays readable, and poisoned, until the arena reuses it: a reader that holds it
// too long is seen even without a sanitizer. Plain fields: TSan sees any missing order.
struct Value {
  explicit Value(std::uint64_t number) : first(number), second(~number) {}
  ~Value() { first = second = kPoison; }
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;

  static void* operator new(std::size_t size) {
    if (spare.size() < 64) return ::operator new(size);
    void* oldest = spare.front();
    spare.erase(spare.begin());
    return oldest;
  }
  static void operator delete(void* at) { spare.push_back(at); }
  static void free_spare() {
    for (void* at : spare) ::operator delete(at);
    spare.clear();
  }

  std::uint64_t first;
  std::uint64_t second;
  static inline std::vector<void*> spare;  // publisher thread only
};

TEST(PublishedStress, NoReaderSeesAFreedOrAnOlderValue) {
  const std::uint64_t count = stress::rounds(30'000);
  std::atomic<std::uint64_t> violations{0};
  std::atomic<std::uint64_t> reads{0};
  std::atomic<unsigned> readers{0};  // that have read often enough to be in the midst of it
  std::atomic<bool> stop{false};
  std::size_t most_retired = 0;
  {
    Published<Value> published(std::make_unique<Value>(0), 2);
    stress::run_crew(3, [&](unsigned member) {
      if (member == 2) {
        // A reader that comes to its core late would see the last value alone.
        while (readers.load(std::memory_order_relaxed) != 2) std::this_thread::yield();
        for (std::uint64_t number = 1; number <= count; ++number) {
          published.publish(std::make_unique<Value>(number));
          most_retired = std::max(most_retired, published.reclaim());
          if (number % 64 == 0) std::this_thread::yield();
        }
        stop.store(true, std::memory_order_relaxed);
        return;
      }
      std::uint64_t last = 0;
      std::uint64_t done = 0;
      for (; !stop.load(std::memory_order_relaxed); ++done) {
        const Value& value = published.read(member);
        const std::uint64_t number = value.first;
        for (int again = 0; again < 20; ++again) {
          if (value.first != number || value.second != ~number || number < last) ++violations;
        }
        last = number;
        if (done % 7 == member) published.park(member);
        if (done == 100) readers.fetch_add(1, std::memory_order_relaxed);
        if (done % 1000 == 0) std::this_thread::yield();
      }
      published.park(member);
      reads.fetch_add(done, std::memory_order_relaxed);
    });
    EXPECT_EQ(published.reclaim(), 0u) << "all readers are parked: nothing may be left";
    EXPECT_EQ(published.read(0).first, count);
  }
  Value::free_spare();
  EXPECT_EQ(violations, 0u);
  EXPECT_GT(reads, 100u);
}

}  // namespace
}  // namespace stentor::base

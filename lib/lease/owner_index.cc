// SPDX-License-Identifier: BSD-3-Clause
#include "lease/owner_index.h"

#include <bit>
#include <utility>

#include "base/check.h"

namespace stentor::lease {

// Why no owner can be linked twice, and no walk can go astray:
//
//  a. A link (a bucket or a record's `next`) never holds one value twice: each change adds one to
//     its tag. (31 bits: a thread would have to sleep in mid-walk for 2^31 changes of one link.)
//  b. A record in a chain leaves it in two steps: kLinked of its own `next` is cleared, which makes
//     every later swap of that `next` fail, so nothing can be lost behind it; then the link before
//     it is swung past it. Only then is its owner rewritten (I2).
//  c. walk() reads a record, then finds the link that led to it unchanged. By (a) the link led to
//     the record all the while, so the record was in this chain all the while, and by (b) the
//     owner, the word and the successor that were read belong together and to this chain.
//  d. A chain is sorted by owner. link() swaps the one link between the last smaller and the
//     first greater owner; if another thread links the same owner, it swaps that same link, and one
//     of the two fails and looks again.
//  e. remove() ends with a seek() of the owner. A record that is on its way out stands before any
//     other that has its owner or a greater one, so the seek has swung past it, or found it gone.
//
// All orders are sequentially consistent. A read that meets a rewritten owner has read it from a
// store after the swing in (b), so its second look at the link sees the swing, and it starts over.

namespace {

// Low half: slot + 1, 0 at the end of a chain. Then kLinked, then the tag.
constexpr std::uint64_t kLinked = std::uint64_t{1} << 32;
constexpr std::uint64_t kTagStep = std::uint64_t{1} << 33;
constexpr std::uint64_t kTargetMask = 0xffffffff;

constexpr std::uint64_t target(std::uint64_t link) { return link & kTargetMask; }

// `link` with another target; kLinked as it was.
constexpr std::uint64_t redirected(std::uint64_t link, std::uint64_t to) {
  return ((link & ~kTargetMask) + kTagStep) | to;
}

constexpr std::uint64_t unlinked(std::uint64_t link) { return (link & ~kLinked) + kTagStep; }

bool swap(std::atomic<std::uint64_t>& link, std::uint64_t from, std::uint64_t to) {
  return link.compare_exchange_strong(from, to);
}

}  // namespace

std::size_t OwnerIndex::buckets_for(std::size_t slots) {
  return std::bit_ceil(slots < 2 ? std::size_t{2} : slots);
}

OwnerIndex::OwnerIndex(Record* records, std::span<std::atomic<std::uint64_t>> buckets)
    : records_(records),
      buckets_(buckets),
      shift_(64 - static_cast<unsigned>(std::countr_zero(buckets.size()))) {
  CHECK(std::has_single_bit(buckets.size()) && buckets.size() >= 2);
}

std::atomic<std::uint64_t>& OwnerIndex::bucket_of(const base::Hash128& owner) const {
  // The multiplication spreads hashes that differ in few bits, as those of tests do.
  constexpr std::uint64_t kGoldenRatio = 0x9e3779b97f4a7c15;
  return buckets_[((owner.low ^ std::rotl(owner.high, 32)) * kGoldenRatio) >> shift_];
}

void OwnerIndex::prefetch_record(const base::Hash128& owner) const {
  // Relaxed: a wrong guess costs a cache line.
  const std::uint64_t first = target(bucket_of(owner).load(std::memory_order_relaxed));
  if (first != 0) __builtin_prefetch(&records_[first - 1], 1);
}

bool OwnerIndex::walk(const base::Hash128& owner, Position& at) const {
  while (target(at.seen) != 0) {
    const Slot slot = static_cast<Slot>(target(at.seen) - 1);
    Record& record = records_[slot];
    const Word word = record.load();
    const std::uint64_t next = record.next.load();
    const base::Hash128 other{record.owner_low.load(), record.owner_high.load()};
    if (at.link->load() != at.seen) return false;

    if ((next & kLinked) == 0) {  // on its way out: finish that
      const std::uint64_t past = redirected(at.seen, target(next));
      if (!swap(*at.link, at.seen, past)) return false;
      at.seen = past;
      continue;
    }
    if (other == owner) {
      if (word.phase() != Phase::leaving) {
        at.found = Found{slot, word};
        return true;
      }
      // It was taken from this owner, by a thread that has not got to unlinking it yet. Whether
      // this swap wins or that thread's, the next turn sees it on its way out.
      swap(record.next, next, unlinked(next));
      continue;
    }
    if (std::pair{other.low, other.high} > std::pair{owner.low, owner.high}) return true;
    at.link = &record.next;
    at.seen = next;
  }
  return true;
}

OwnerIndex::Position OwnerIndex::seek(const base::Hash128& owner) const {
  std::atomic<std::uint64_t>& bucket = bucket_of(owner);
  for (;;) {
    Position at{&bucket, bucket.load(), std::nullopt};
    if (walk(owner, at)) return at;
  }
}

std::optional<OwnerIndex::Found> OwnerIndex::find(const base::Hash128& owner) const {
  return seek(owner).found;
}

bool OwnerIndex::link(const base::Hash128& owner, Slot slot) {
  std::atomic<std::uint64_t>& next = records_[slot].next;
  for (;;) {
    const Position at = seek(owner);
    if (at.found) {
      // Nobody could reach the record: it was never in the chain.
      next.store(unlinked(next.load()) & ~kTargetMask);
      return false;
    }
    // Release pairs with the loads of `next` in walk(): reached by the swap below, which is
    // sequentially consistent, it is seen whole.
    next.store(redirected(next.load(std::memory_order_relaxed), target(at.seen)) | kLinked,
               std::memory_order_release);
    if (swap(*at.link, at.seen, redirected(at.seen, std::uint64_t{slot} + 1))) return true;
  }
}

bool OwnerIndex::is_linked(Slot slot) const { return (records_[slot].next.load() & kLinked) != 0; }

void OwnerIndex::remove(Slot slot) {
  Record& record = records_[slot];
  std::uint64_t next = record.next.load();
  if (next == 0) return;  // never had an owner
  while ((next & kLinked) != 0 && !record.next.compare_exchange_weak(next, unlinked(next))) {
  }
  // Not skipped when another thread cleared kLinked: the link before it may still lead here.
  static_cast<void>(seek({record.owner_low.load(), record.owner_high.load()}));
}

}  // namespace stentor::lease

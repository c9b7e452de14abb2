// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The record of one address, and the 64-bit word that every change of it goes through.
//
// Private to lib/lease. All bytes zero is the first state of a record: idle, owned by nobody, in
// the ring of its pool in the first table, never used.
//
// Protocol (I = invariants that owner_index.cc, table*.cc rely on):
//  I1. `word` changes by compare-and-swap, each time with version + 1, except in `leaving`, and in
//      `joining` before the record is linked: then one thread alone has the record, and stores.
//  I2. `owner_low`, `owner_high` change in `leaving` only, while the record is in no chain. So
//      whoever reads the word, then the owner, and then swaps that same word for another, has read
//      the owner that the word was about.
//  I3. A record is linked in its owner's chain from `joining` until `leaving`. It has no owner if
//      its `next` has kLinked clear.
//  I4. Who swaps the word to `idle` makes the step in `place` that puts the slot into the ring.
//  I5. What `place` says is of the table of one generation (Place). Whoever has an older table
//      leaves a newer one's alone; Table::finish_adoption() makes up for what that left undone.

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "base/clock.h"
#include "lease/plan.h"

namespace stentor::lease {

// Expiry in memory: whole seconds of the monotonic clock, rounded up, so that it shares the word
// with state and version. 29 bits are 17 years after the machine's start; what is later is never.
using Second = std::uint32_t;
inline constexpr Second kNeverSecond = (Second{1} << 29) - 1;

inline Second second_at_or_after(base::Time time) {
  const std::int64_t nanoseconds = time.time_since_epoch().count();
  if (nanoseconds <= 0) return 0;
  const std::int64_t seconds = (nanoseconds - 1) / 1'000'000'000 + 1;
  return static_cast<Second>(std::min<std::int64_t>(seconds, kNeverSecond));
}

// Never reaches kNeverSecond, so that "never" is never in the past.
inline Second second_of(base::Time now) {
  const std::int64_t seconds = now.time_since_epoch().count() / 1'000'000'000;
  return static_cast<Second>(std::clamp<std::int64_t>(seconds, 0, kNeverSecond - 1));
}

inline base::Time time_of(Second second) {
  return second == kNeverSecond ? base::kNever : base::Time{std::chrono::seconds{second}};
}

enum class Phase : std::uint8_t {
  idle,      // free, in the pool's ring (or on its way); linked: its last owner is remembered
  cooling,   // free for its last owner alone until the expiry; nobody's if not linked
  leaving,   // one thread has it, to take it from its owner
  joining,   // written for a new owner: that owner's once linked
  offered,   // as State
  bound,     // as State
  declined,  // as State; not linked
};

class Word {
 public:
  constexpr explicit Word(std::uint64_t raw) : raw_(raw) {}
  constexpr Word(std::uint32_t version, Phase phase, Second expiry)
      : raw_(std::uint64_t{version} << 32 | std::uint64_t{static_cast<std::uint8_t>(phase)} << 29 |
             expiry) {}

  [[nodiscard]] constexpr std::uint64_t raw() const { return raw_; }
  [[nodiscard]] constexpr std::uint32_t version() const {
    return static_cast<std::uint32_t>(raw_ >> 32);
  }
  [[nodiscard]] constexpr Phase phase() const { return static_cast<Phase>(raw_ >> 29 & 7); }
  [[nodiscard]] constexpr Second expiry() const { return static_cast<Second>(raw_ & kNeverSecond); }

  // What may follow this word (I1).
  [[nodiscard]] constexpr Word next(Phase phase, Second expiry) const {
    return {version() + 1, phase, expiry};
  }

  friend bool operator==(Word, Word) = default;

 private:
  std::uint64_t raw_;
};

// Whether a record's slot is in its pool's ring. At most once, or the ring would overflow.
enum class Queued : std::uint32_t {
  in,        // yes
  in_again,  // yes, but it was in use since: it goes to the tail once more, for "oldest first"
  out,       // no
};

// Where a record's slot is, for the table of one generation. To a newer table it is in the ring:
// of every other slot its Table::adopt_records() says otherwise.
class Place {
 public:
  static constexpr std::uint32_t kReserved = 4;
  static constexpr std::uint32_t kGenerationMax = (std::uint32_t{1} << 29) - 1;

  constexpr explicit Place(std::uint32_t raw) : raw_(raw) {}
  constexpr Place(std::uint32_t generation, Queued queued, bool is_reserved)
      : raw_(generation << 3 | (is_reserved ? kReserved : 0) | static_cast<std::uint32_t>(queued)) {
  }

  [[nodiscard]] constexpr std::uint32_t raw() const { return raw_; }
  [[nodiscard]] constexpr std::uint32_t generation() const { return raw_ >> 3; }
  // The address has a reservation: it is never in a ring, or drops out of it.
  [[nodiscard]] constexpr bool is_reserved() const { return (raw_ & kReserved) != 0; }
  // As the table of `generation` has it, which is not older.
  [[nodiscard]] constexpr Queued queued(std::uint32_t generation) const {
    return this->generation() == generation ? static_cast<Queued>(raw_ & 3) : Queued::in;
  }

 private:
  std::uint32_t raw_;
};

struct alignas(64) Record {
  // All fields: read and written by any worker.
  std::atomic<std::uint64_t> word;  // a Word
  std::atomic<std::uint64_t> owner_low;
  std::atomic<std::uint64_t> owner_high;
  std::atomic<std::uint64_t> next;     // a Link (owner_index.h)
  std::atomic<std::int64_t> last_use;  // nanoseconds of the last acknowledged block; 0: none
  std::atomic<std::uint32_t> place;    // a Place; `reserved` is written by control
  std::atomic<Second> last_bind;  // when bind() was last called for its owner; of a bound record
  std::atomic<Second> promised;   // until when its owner's lease is on disk; 0: it is not
  std::atomic<std::uint32_t> address;  // once it had an owner
  // Of a declined record: the generation of the table that counts it, and one; 0: none does.
  std::atomic<std::uint32_t> quarantine;

  [[nodiscard]] Word load() const { return Word{word.load()}; }
  bool swap(Word from, Word to) {
    std::uint64_t expected = from.raw();
    return word.compare_exchange_strong(expected, to.raw());
  }
  bool swap(Place from, Place to) {
    std::uint32_t expected = from.raw();
    return place.compare_exchange_strong(expected, to.raw());
  }
  // Sequentially consistent: table_reserve_setup.cc says why.
  [[nodiscard]] bool is_reserved() const { return Place{place.load()}.is_reserved(); }
};
static_assert(sizeof(Record) == 64, "one cache line an address");
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace stentor::lease

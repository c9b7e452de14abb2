// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which addresses there are: pools and reserved addresses, mapped to the slots of the lease table.
// Immutable once made. Cold to make (plan_setup.cc), hot to look up by any thread (plan.cc).
//
// Slots are numbered in the order of the addresses, so a pool is one interval of slots and memory
// is spent a range, not an address: 20 bytes a pool or stretch of reserved addresses outside the
// pools, 4 bytes a reserved address. Look-ups are binary searches over these ranges. A plan that
// follows another one in a reload is placed: its addresses keep the slots that they had, and a pool
// is several intervals of them (slot_map_setup.h).

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wire/address.h"

namespace stentor::lease {

using Slot = std::uint32_t;
using PoolId = std::uint16_t;

// An address that belongs to no pool: it is leased only to its reservation.
inline constexpr PoolId kNoPool = 0xffff;

// DESIGN section 9: 16,777,216 addresses in pools; the rest is room for reserved ones.
inline constexpr std::size_t kSlotsMax = std::size_t{1} << 25;

struct PoolRange {
  wire::Ipv4Address first;
  wire::Ipv4Address last;  // included
};

class Plan {
 public:
  // pools[i] gets PoolId i; the ranges are disjoint and not empty. `reserved` addresses (any order,
  // repetitions allowed) are never given out dynamically, whether or not they lie inside a pool.
  Plan(std::span<const PoolRange> pools, std::span<const wire::Ipv4Address> reserved);

  // Consecutive addresses with consecutive slots: of a pool, or reserved ones outside of pools.
  struct Run {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    Slot slot = 0;  // of `first`
    PoolId pool = kNoPool;
    std::uint32_t index = 0;  // of `first` among the pool's addresses
    friend bool operator==(const Run&, const Run&) = default;
  };
  // `plan` in other slots: `placed` has its runs, each perhaps in pieces, by address; and between
  // them addresses that are in no pool and reserved to nobody, which somebody still holds.
  Plan(const Plan& plan, std::vector<Run> placed);

  // The same with more reserved addresses, of a plan that is not placed.
  [[nodiscard]] Plan with_reserved(std::span<const wire::Ipv4Address> more) const;

  [[nodiscard]] std::size_t slots() const { return slots_; }
  [[nodiscard]] std::size_t pools() const { return pools_.size(); }
  [[nodiscard]] std::optional<Slot> slot_of(wire::Ipv4Address address) const;
  // `slot` is one of this plan's, in these two.
  [[nodiscard]] wire::Ipv4Address address_of(Slot slot) const;
  // kNoPool for a reserved address.
  [[nodiscard]] PoolId pool_of(Slot slot) const;

  // The slots of a pool, the reserved ones among them; the first of them, and how many, where it is
  // placed in pieces.
  struct Interval {
    Slot first = 0;
    std::uint32_t count = 0;
    friend bool operator==(const Interval&, const Interval&) = default;
  };
  [[nodiscard]] Interval interval_of(PoolId pool) const { return pools_[pool]; }
  [[nodiscard]] bool is_whole(PoolId pool) const;
  // Of a pool's addresses, in their order.
  [[nodiscard]] Slot slot_in(PoolId pool, std::uint32_t index) const;
  // Where `slot` is; null: it is not this plan's.
  [[nodiscard]] const Run* find_run(Slot slot) const;
  // The pool whose interval holds `slot`, reserved or not; kNoPool outside every pool.
  [[nodiscard]] PoolId range_of(Slot slot) const {
    const Run* run = find_run(slot);
    return run == nullptr ? kNoPool : run->pool;
  }
  // By address.
  [[nodiscard]] std::span<const Run> runs() const { return runs_; }
  // Slots of the reserved addresses, ascending.
  [[nodiscard]] std::span<const Slot> reserved() const { return reserved_; }

  // Whether a table of one is a table of the other.
  friend bool operator==(const Plan&, const Plan&) = default;

 private:
  void add_outside(std::span<const std::uint32_t> reserved);
  void number_slots();

  std::vector<Run> runs_;     // by address
  std::vector<Run> by_slot_;  // the same; empty: both orders are one
  std::vector<Interval> pools_;
  std::vector<std::uint32_t> first_addresses_;  // by pool
  std::vector<Slot> reserved_;
  std::size_t slots_ = 0;
};

}  // namespace stentor::lease

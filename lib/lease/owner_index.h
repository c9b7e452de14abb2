// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// From an owner to its record: a hash table of sorted chains that run through the records.
//
// Any worker, any time; lock-free. The chains are M. Michael's ("High Performance Dynamic Lock-Free
// Hash Tables and List-Based Sets", SPAA 2002), in the variant that guards against reuse by tags:
// records are never freed, but they move from chain to chain, so each link carries a tag that grows
// with each of its changes, and a step along a chain counts only if the link that led to a record
// is unchanged after the record was read. Why this is right stands in owner_index.cc.
//
// Invariant: no two linked records have one owner.

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>

#include "base/siphash.h"
#include "lease/record.h"

namespace stentor::lease {

class OwnerIndex {
 public:
  // `buckets`: a power of two of them, all zero.
  OwnerIndex(Record* records, std::span<std::atomic<std::uint64_t>> buckets);

  struct Found {
    Slot slot;
    Word word;  // as it was at a moment when the record was linked, with this owner; not `leaving`
  };
  [[nodiscard]] std::optional<Found> find(const base::Hash128& owner) const;

  // find() in two steps that wait for no memory, of which the second is for some time after the
  // first; then the first record of the owner's chain is on its way.
  void prefetch(const base::Hash128& owner) const { __builtin_prefetch(&bucket_of(owner)); }
  void prefetch_record(const base::Hash128& owner) const;

  // Links `slot`, whose owner fields hold `owner` and which the caller alone has (`joining`, not
  // linked). False if `owner` has a record already: `slot` is not linked then.
  [[nodiscard]] bool link(const base::Hash128& owner, Slot slot);

  // Takes `slot`, which the caller has in `leaving`, out of its owner's chain if it is in one.
  void remove(Slot slot);

  // Whether the record is its owner's: from `joining` until `leaving`.
  [[nodiscard]] bool is_linked(Slot slot) const;

  static std::size_t buckets_for(std::size_t slots);

 private:
  struct Position {
    std::atomic<std::uint64_t>* link;  // leads to the first record at or after the owner
    std::uint64_t seen;                // its value
    std::optional<Found> found;        // that record, if it is the owner's
  };
  [[nodiscard]] Position seek(const base::Hash128& owner) const;
  // False: the chain changed under the walk.
  [[nodiscard]] bool walk(const base::Hash128& owner, Position& at) const;
  [[nodiscard]] std::atomic<std::uint64_t>& bucket_of(const base::Hash128& owner) const;

  Record* const records_;
  const std::span<std::atomic<std::uint64_t>> buckets_;
  const unsigned shift_;
};

}  // namespace stentor::lease

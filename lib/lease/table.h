// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who holds which address: one lock-free table, shared by all workers. A configuration with other
// addresses has another table over the same records (tables_setup.h); for the length of a burst
// some workers have the old one and some the new. What a record says they share: the invariants
// hold over both.
//
// A record an address, one cache line, found by address directly and by owner through a lock-free
// index. Every change is a compare-and-swap on the record's state word. Any worker may call any
// function at any time; none waits, allocates or fails for another's sake (see `exhausted` for the
// one moment that is close to it).
//
// Invariants (each a TSan stress test and a simulation test):
//  1. No address has two owners.
//  2. No owner holds two addresses, also when two workers see one DISCOVER at once.
//  3. A record's version grows with every change of owner or expiry, so a store can apply only
//     newer ones.
//
// Times are monotonic. Expiry is kept in whole seconds, rounded up: a lease may live up to a second
// longer than asked for, never shorter; what is later than 17 years after the clock's start is
// kNever. An address stays its owner's after expiry until somebody else needs it. An address is not
// given away until two minutes after its last acknowledged TFTP block (touch()), whatever the lease
// says: firmware never renews.
//
// Memory: the caller's; 80.6 to 88.6 bytes an address (64 record, 8 to 16 owner index, 8 free ring,
// 0.6 expiry hints), and 256 bytes a pool. With Room for later tables as much for each address of
// that, and rings, hints and pools twice: the newest two tables have them apart. It is touched as
// addresses are first used.
//
// Private parts: record.h (the protocol of the word), owner_index.h, free_ring.h, expiry_tree.h.

#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <tl/expected.hpp>
#include <utility>

#include "base/bytes.h"
#include "base/clock.h"
#include "lease/free_ring.h"
#include "lease/lease.h"
#include "lease/owner_index.h"
#include "lease/plan.h"
#include "lease/record.h"
#include "lease/roll.h"
#include "wire/address.h"

namespace stentor::lease {

enum class Refusal : std::uint8_t {
  // No address is free or expired in the pools. Also said while the last free address is in another
  // worker's hands, between two instructions, and then turns out not to be needed: the client asks
  // again.
  exhausted,
  not_owner,        // the address is somebody else's, or nobody's
  unknown_address,  // no record for that address
  quarantine_full,  // a tenth of the pool (but at least one address) is set aside already
};

template <typename T>
using Outcome = tl::expected<T, Refusal>;

struct Pool;

class Table {
 public:
  // What later tables may have beside the first one's: addresses, and pools (or pieces of some).
  struct Room {
    std::size_t slots = 0;
    std::size_t pools = 0;
  };
  // Bytes of memory that a table for `plan` needs, and those that follow it.
  static std::size_t bytes_needed(const Plan& plan, Room room);
  static std::size_t bytes_needed(const Plan& plan) { return bytes_needed(plan, {}); }

  // The first one. `memory` (zeroed, at least bytes_needed(), aligned to 64) and `plan` outlive the
  // table.
  Table(const Plan& plan, base::MutableBytes memory) : Table(plan, memory, Room{}) {}
  Table(const Plan& plan, base::MutableBytes memory, Room room);

  // One that follows: `plan` has `previous`' addresses in the slots where they are. Nobody may have
  // the table before `previous` any more.
  Table(const Plan& plan, const Table& previous);
  // The addresses of its largest pool.
  [[nodiscard]] std::size_t largest_pool() const;
  // Whether there is room for its pools.
  [[nodiscard]] bool can_be_followed_by(const Plan& plan) const;
  // Of an address that its last owner gave back: when, and its place in its pool.
  using GivenBack = std::pair<Second, std::uint32_t>;
  // The control thread's two steps (table_adopt_setup.cc). Before any worker has this table: what
  // is free comes into its rings, what will expire is noted; nothing may stop the change any more.
  // `room`: for as many as the largest pool has.
  void adopt_records(std::span<GivenBack> room);
  // And once no worker has the previous one any more, of which `before` was the plan: what changed
  // in between.
  void finish_adoption(const Plan& before);
  // The control thread's. retire(), of an address that is in no pool and reserved to nobody: the
  // version of its record if nobody holds it, and then nobody finds it or is given it any more.
  // reset(), of a slot that no address has, and that no worker knows as the address it had: the
  // first state of a record, whose versions begin at `version`, and which is nobody's until
  // `expiry`.
  [[nodiscard]] std::optional<std::uint32_t> retire(Slot slot, base::Time now);
  void reset(Slot slot, std::uint32_t version, Second expiry);

  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  // The owner's address, whether or not it has expired, as long as nobody else got it.
  [[nodiscard]] std::optional<Lease> find(const Owner& owner) const;
  // For some time before a find(), and the second some time after the first: what it will look at
  // is fetched into the cache. Neither waits for it.
  void prefetch(const Owner& owner) const { index_.prefetch(owner.hash); }
  void prefetch_record(const Owner& owner) const { index_.prefetch_record(owner.hash); }
  // The record of an address: whoever's it is.
  [[nodiscard]] std::optional<Lease> at(wire::Ipv4Address address) const;
  // Whether find(owner) would return this address.
  [[nodiscard]] bool is_owner(wire::Ipv4Address address, const Owner& owner) const;

  // When the address that is bound now was last bound or renewed, in whole seconds, rounded down.
  // Of others no meaning.
  [[nodiscard]] base::Time last_bind(wire::Ipv4Address address) const;

  // Who the address was last given to, as long as nobody else got it.
  [[nodiscard]] std::optional<Owner> owner_at(wire::Ipv4Address address) const;

  // Holds an address for `owner` until now + hold: the one it has if that is in one of `pools`,
  // else `wanted` if nobody holds it and it is in one of `pools`, else a free one of `pools` in
  // their order, oldest first, else an expired one. A live lease stays bound: its address is
  // returned unchanged, whatever `pools` says. An address that the owner has outside `pools` is
  // taken from it once another is found. A reserved address is never given out here. O(1) amortised
  // in the size of the pools, also when they are 99.9 % full or full.
  Outcome<Lease> offer(const Owner& owner, std::span<const PoolId> pools,
                       std::optional<wire::Ipv4Address> wanted, base::Time now,
                       base::Duration hold);

  // The same for one certain address, of a reservation (the caller knows whose): `exhausted` while
  // another holds it, or was promised it; at() says until when. An address that the owner held
  // until now is taken from it, and if that was bound, nobody else gets it before the lease that
  // was promised has ended.
  Outcome<Lease> offer_reserved(const Owner& owner, wire::Ipv4Address address, base::Time now,
                                base::Duration hold);

  // Makes the owner's address a lease until `expiry`, or takes `address` for an owner that has none
  // if nobody holds it (INIT-REBOOT after our restart). Reserved addresses too: whether `owner` has
  // that reservation is for the caller to know. `not_owner` if the owner has another address, or
  // another owner has this one, or it is set aside.
  Outcome<Lease> bind(const Owner& owner, wire::Ipv4Address address, base::Time now,
                      base::Time expiry);

  // The owner gives the address back; it is remembered, and reused last. Once it is back, releasing
  // it again changes nothing (a RELEASE may arrive twice).
  Outcome<Lease> release(const Owner& owner, wire::Ipv4Address address, base::Time now);

  // The owner, to whom the address is offered or bound at `now`, saw somebody else use it: it is
  // the owner's no more, and nobody gets it until now + hold.
  Outcome<Lease> decline(const Owner& owner, wire::Ipv4Address address, base::Time now,
                         base::Duration hold);

  // The control thread's (table_reserve_setup.cc), at any time: the address is a reservation's from
  // now on, though the plan does not say so, until it is taken back. Who holds it keeps it. False:
  // the plan does not have it. A table that follows is told again by its plan.
  bool reserve(wire::Ipv4Address address);
  void unreserve(wire::Ipv4Address address);
  // Any thread: by the plan or by reserve().
  [[nodiscard]] bool is_reserved(wire::Ipv4Address address) const;

  // Ends what decline() did to an address: whoever asks next may have it. False: it is not set
  // aside.
  bool pardon(wire::Ipv4Address address, base::Time now);

  // The client chose another server: an offer is withdrawn, a bound lease is left alone.
  void withdraw_offer(const Owner& owner, base::Time now);

  // A client at `address` has acknowledged a block: the address is in use.
  void touch(wire::Ipv4Address address, base::Time now);

  // `lease`, as bind() returned it, is on disk (DESIGN section 5). Of one that has changed since
  // nothing is noted: what it has become is not on disk yet.
  void note_promise(const Lease& lease);
  // Until when the lease of the address's owner is on disk; the clock's start: it is not.
  [[nodiscard]] base::Time promised_until(wire::Ipv4Address address) const;

  // What became of a lease from disk.
  enum class Restored : std::uint8_t {
    whole,
    moved,   // its owner has another address: nobody gets this one until the lease has ended
    absent,  // no pool has the address any more, and no reservation
  };
  // At start, before any worker: each address at most once; of an owner's two the first that comes
  // is its own. A free address is remembered as its last owner's.
  Restored restore(const Lease& lease, const Owner& owner, base::Time now);

  // For the store.
  [[nodiscard]] Roll roll() const { return {records_, index_}; }

  // Where what is known of an address beside the table may be kept.
  [[nodiscard]] std::optional<Slot> slot_of(wire::Ipv4Address address) const {
    return plan_.slot_of(address);
  }

  // Housekeeping: looks at up to about `records` records that may have expired and returns those
  // that have to their pools. Called by workers between bursts, a pool a call or a few; one load a
  // pool when nothing has expired. Without it, offer() does the same once no free address is left.
  void sweep(base::Time now, std::size_t records);

  // Addresses by what they are to whoever asks next. What has expired counts as free.
  struct Census {
    std::uint64_t free = 0;
    std::uint64_t reserved = 0;  // free, for their reservations alone
    std::uint64_t offered = 0, bound = 0, declined = 0;

    [[nodiscard]] std::uint64_t size() const {
      return free + reserved + offered + bound + declined;
    }
    Census& operator+=(const Census& other);
  };
  // Walks the table; not for workers. A moving target, not a snapshot. Addresses that the plan has
  // for their holders alone are counted as long as those hold them.
  [[nodiscard]] Census census(base::Time now) const;
  // A piece of the same: of the addresses from `first` to `last`, `records` at the most.
  struct CensusPiece {
    Census census;
    std::optional<wire::Ipv4Address>
        next;  // where the next piece begins; nullopt: that was the last
  };
  [[nodiscard]] CensusPiece census(wire::Ipv4Address first, wire::Ipv4Address last,
                                   std::uint32_t records, base::Time now) const;

 private:
  using Found = OwnerIndex::Found;

  // An address that this thread alone has: `leaving`, in no chain.
  struct Claim {
    Slot slot;
    Word word;
  };
  struct Layout;
  struct PoolLayout;
  // Of an address among its pool's.
  struct Spot {
    Pool* pool;  // null: it is in none
    std::uint32_t index;
  };

  Table(const Plan& plan, base::MutableBytes memory, const Layout& layout);
  void make_pools(FreeRing::Fill fill);

  [[nodiscard]] Lease lease_of(Slot slot, Word word) const;
  // Of an address that the pool gives to anybody; else in none.
  [[nodiscard]] Spot find_spot(Slot slot) const;
  // Whoever it is reserved for.
  [[nodiscard]] Spot spot_of(Slot slot) const;
  void count_in(Census& census, Slot slot, PoolId pool, base::Time now) const;
  [[nodiscard]] Slot slot_in(const Pool& pool, std::uint32_t index) const;

  // table.cc: the owner's own changes.
  bool change(const Found& found, Phase phase, Second expiry);
  [[nodiscard]] std::optional<Lease> hold_again(const Found& found, base::Time now, Second expiry);
  bool give_back(const Found& found, base::Time now);
  [[nodiscard]] bool may_keep(const Found& held, std::span<const PoolId> pools) const;

  // table_claim.cc: an address changes hands.
  std::optional<Claim> take(Slot slot, Word word);
  std::optional<Claim> claim_slot(Slot slot, base::Time now);
  std::optional<Claim> claim_back(Slot slot, const Owner& owner);
  bool take_out(Pool& pool, std::uint32_t index, Slot slot);
  std::optional<Claim> claim_free(Pool& pool, base::Time now);
  std::optional<Claim> claim_any(std::span<const PoolId> pools, std::optional<Slot> wanted,
                                 base::Time now);
  std::optional<Lease> settle(const Claim& claim, const Owner& owner, Phase phase, Second expiry);
  bool evict(const Found& held, base::Time now);
  std::optional<Lease> offer_instead(const std::optional<Found>& held, const Claim& claim,
                                     const Owner& owner, base::Time now, Second expiry);
  void set_free(const Claim& claim);
  void set_cooling(const Claim& claim, Second expiry);
  void park_used(Slot slot, base::Time now);

  // table_restore.cc
  void lower_promise(Slot slot, Second expiry);
  void restore_declined(const Claim& claim, Second expiry, base::Time now);
  void restore_nobodys(const Claim& claim, Second expiry, base::Time now);

  // table_sweep.cc: what is free or expired comes back.
  void enqueue(Slot slot);
  void note_expiry(Slot slot, Second expiry);
  [[nodiscard]] bool enter_quarantine(const Spot& spot);
  void note_quarantine(Slot slot, const Spot& spot);
  [[nodiscard]] bool is_counted_here(Slot slot) const;
  void leave_quarantine(const Spot& spot);
  bool collect(Pool& pool, base::Time now, std::size_t& budget);
  bool collect_one(Slot slot, base::Time now, Second& expiry);

  // table_adopt_setup.cc
  void adopt_pool(Pool& pool, std::span<GivenBack> room);
  void finish_pool(Pool& pool);
  void count_again(Slot slot, const Spot& spot, Word word);

  const Plan& plan_;
  const std::uint32_t generation_;  // 0: the first
  Record* const records_;
  OwnerIndex index_;
  // Where this table's rings, hints and pools lie, and the next one's.
  const base::MutableBytes pool_memory_;
  const base::MutableBytes next_pool_memory_;
  Pool* const pools_;  // one a pool of the plan
  // The pool that is swept next. Read and written by any worker.
  alignas(64) std::atomic<std::uint32_t> hand_{0};
};

}  // namespace stentor::lease

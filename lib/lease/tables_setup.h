// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The lease tables of one process, one a configuration: the current one, and for the length of a
// reload the one before it. All are over the same records.
//
// A reload: prepare() makes the next table, which a snapshot is then made to refer to; commit()
// comes right before that snapshot is published, settle() once no worker has an older one; and once
// each has gone on to another burst where prepare() refuses, for it may have taken an address. An
// address of both plans keeps its record. One that no plan has any more keeps it while somebody
// holds it, so that nobody else is given it; later its memory is another address's. What is on disk
// of addresses that come is heeded as far as remember() was told of it.
//
// Threads: control, but for extents(). Memory: the caller's, taken at start, with what later plans
// may need more; a plan that needs more than that is refused.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <tl/expected.hpp>
#include <vector>

#include "lease/slot_map_setup.h"
#include "lease/table.h"

namespace stentor::lease {

class Tables {
 public:
  // As Table's.
  Tables(const Plan& first, base::MutableBytes memory, Table::Room room);
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  [[nodiscard]] Table& current() { return current_->table; }
  // The addresses of the configuration that it is for, and with them, in its slots, those that no
  // configuration has any more while somebody holds them.
  [[nodiscard]] const Plan& configured() const { return current_->configured; }
  [[nodiscard]] const Plan& plan() const { return current_->plan; }

  // A lease on disk whose address the first plan does not have.
  void remember(const Lease& lease);

  struct Shortage {
    std::size_t addresses = 0;  // that find no record; 0: the pools are too many
    std::size_t room = 0;       // addresses that would
  };
  // The table for `plan`: the current one if it is for the same addresses. Until commit() nothing
  // has changed; only when settled.
  tl::expected<Table*, Shortage> prepare(const Plan& plan, base::Time now);
  // For what prepare() would refuse `plan`; nothing has changed afterwards, nor in what prepare()
  // finds.
  [[nodiscard]] std::optional<Shortage> shortage_of(const Plan& plan) const;
  // The table that was prepared is the current one from now on. Cannot fail.
  void commit();
  void settle();
  [[nodiscard]] bool is_settled() const { return is_settled_; }

  // Of all addresses that have a record. Any thread.
  [[nodiscard]] std::vector<SlotMap::Extent> extents() const;

 private:
  struct Placed {
    Placed(const Plan& as_configured, base::MutableBytes memory, Table::Room room)
        : configured(as_configured), plan(as_configured), table(plan, memory, room) {}
    Placed(const Plan& as_configured, Plan in_slots, const Table& previous)
        : configured(as_configured), plan(std::move(in_slots)), table(plan, previous) {}

    const Plan configured;
    const Plan plan;  // the same, in its slots
    Table table;
  };
  struct OnDisk {
    std::uint32_t version = 0;
    Second expiry = 0;
  };

  [[nodiscard]] std::optional<Shortage> shortage_of(const Plan& plan, std::size_t room) const;
  void release_slots(const Plan& next, base::Time now);
  void begin(Slot slot, wire::Ipv4Address address, base::Time now);
  void note_version(std::uint32_t version);
  void publish_extents();

  SlotMap slots_;
  std::map<wire::Ipv4Address, OnDisk> on_disk_;  // of addresses that have had no record yet
  std::uint32_t newest_version_ = 0;  // of a record that went, or is on disk: new ones begin later
  std::unique_ptr<Placed> before_;    // a worker may still have it
  std::unique_ptr<Placed> current_;
  std::unique_ptr<Placed> prepared_;
  bool is_settled_ = true;
  std::vector<Table::GivenBack> room_;  // of the prepared one, for commit()
  mutable std::mutex mutex_;
  std::vector<SlotMap::Extent> extents_;  // of slots_; guarded by mutex_
};

}  // namespace stentor::lease

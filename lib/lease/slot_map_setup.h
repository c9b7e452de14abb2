// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which addresses have a record, and in which slot: those of the current plan, and those of earlier
// ones that somebody still holds. An address keeps its slot for as long as it has one.
//
// The control thread's. Memory: 12 bytes a run of addresses that lie side by side in both orders.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "lease/plan.h"

namespace stentor::lease {

class SlotMap {
 public:
  // Consecutive addresses with consecutive slots.
  struct Extent {
    std::uint32_t first = 0;
    Slot slot = 0;
    std::uint32_t count = 0;
    friend bool operator==(const Extent&, const Extent&) = default;
  };

  // `slots` in all, of which `first` has as many as it needs.
  SlotMap(const Plan& first, std::size_t slots);

  // By address.
  [[nodiscard]] std::span<const Extent> extents() const { return extents_; }
  // How many addresses more would find a slot.
  [[nodiscard]] std::size_t room() const;
  // How many would once release() has been called.
  [[nodiscard]] std::size_t room_after_release() const;

  // How many of the plan's addresses have no slot.
  [[nodiscard]] std::size_t missing(const Plan& plan) const;
  // `plan` in slots, and all else that has one, where missing() is no more than room(); `begin` is
  // called for each slot that an address gets now.
  Plan place(const Plan& plan, const std::function<void(Slot, wire::Ipv4Address)>& begin);

  // Takes their slots from addresses that are in none of both plans and of which `is_over` says so.
  // They have rested, and are room, when it is called the next time: whoever has found such a
  // record just now does not find another address in it.
  void release(const Plan& configured, const Plan& next, const std::function<bool(Slot)>& is_over);

 private:
  // Slots that no address has.
  struct Gap {
    Slot first = 0;
    std::uint32_t count = 0;
  };

  void add_pieces(const Plan::Run& run, std::vector<Plan::Run>& pieces) const;
  void find_slots(const Plan::Run& wanted, std::vector<Plan::Run>& placed);
  [[nodiscard]] std::vector<Plan::Run> all_runs(const Plan& plan) const;
  void merge();
  static std::size_t slots_in(const std::vector<Gap>& gaps);

  std::vector<Extent> extents_;  // by address, disjoint
  std::vector<Gap> gaps_;
  std::vector<Gap> resting_;
};

}  // namespace stentor::lease

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which machine of the storm holds which address, over all cores: a server that gives one address
// to two machines is found out at the moment it does. It is also how a frame finds a machine by its
// address.
//
// Lock-free: any core calls anything. An address is entered once and never leaves, only its holder
// changes; so a search ends at the first free slot. Sized at start; a server that gives out more
// different addresses than there are slots gets them untracked.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "storm/plan.h"

namespace stentor::storm {

class AddressLedger {
 public:
  explicit AddressLedger(std::uint32_t machines);

  enum class Claim : std::uint8_t { held, taken, untracked };

  // Until `expiry` or release(). Held already by the same machine: prolonged. `taken`: another one
  // holds it, and goes on to.
  Claim claim(wire::Ipv4Address address, std::uint32_t machine, base::Time now, base::Time expiry);
  void release(wire::Ipv4Address address, std::uint32_t machine);

  // kNoMachine: nobody holds it.
  [[nodiscard]] std::uint32_t find(wire::Ipv4Address address) const;

 private:
  // A holder in one word, so that taking is one compare-and-swap: machine + 1 in the low half, 0
  // for nobody; whole seconds of the clock in the high half.
  using Holder = std::uint64_t;

  struct Slot {
    std::atomic<std::uint32_t> address{0};  // 0: free; set once, by whoever comes first
    std::atomic<Holder> holder{0};
  };

  [[nodiscard]] static std::uint32_t seconds_of(base::Time time);
  [[nodiscard]] Slot* find_slot(wire::Ipv4Address address) const;
  Slot* find_or_add_slot(wire::Ipv4Address address);

  std::size_t slot_count_;  // a power of two
  std::unique_ptr<Slot[]> slots_;
};

}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
#include "storm/address_ledger.h"

#include <algorithm>
#include <bit>

#include "storm/mix.h"

namespace stentor::storm {
namespace {

// A walk longer than this finds the ledger too full to go on.
constexpr std::size_t kProbesMax = 1024;

// Eight neighbours stand side by side, because servers give addresses out in order; not more, or
// the runs of linear probing would be as long.
std::size_t home_of(wire::Ipv4Address address) {
  return static_cast<std::size_t>(mixed(address.host() >> 3) * 8 + (address.host() & 7));
}

constexpr std::uint32_t machine_of(std::uint64_t holder) {
  return static_cast<std::uint32_t>(holder) - 1;
}

}  // namespace

AddressLedger::AddressLedger(std::uint32_t machines)
    : slot_count_(std::bit_ceil(std::max<std::size_t>(4 * std::size_t{machines}, 1024))),
      slots_(std::make_unique<Slot[]>(slot_count_)) {}

std::uint32_t AddressLedger::seconds_of(base::Time time) {
  if (time == base::kNever) return UINT32_MAX;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(time.time_since_epoch()).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 0, UINT32_MAX));
}

AddressLedger::Slot* AddressLedger::find_slot(wire::Ipv4Address address) const {
  std::size_t at = home_of(address) & (slot_count_ - 1);
  for (std::size_t probe = 0; probe < kProbesMax; ++probe, at = (at + 1) & (slot_count_ - 1)) {
    // Relaxed: an address is all that the word says, and it never changes once it is there.
    const std::uint32_t held = slots_[at].address.load(std::memory_order_relaxed);
    if (held == address.host()) return &slots_[at];
    if (held == 0) return nullptr;
  }
  return nullptr;
}

AddressLedger::Slot* AddressLedger::find_or_add_slot(wire::Ipv4Address address) {
  std::size_t at = home_of(address) & (slot_count_ - 1);
  for (std::size_t probe = 0; probe < kProbesMax; ++probe, at = (at + 1) & (slot_count_ - 1)) {
    // Relaxed, as above: two cores that enter one address agree on the slot by this swap.
    std::uint32_t held = slots_[at].address.load(std::memory_order_relaxed);
    if (held == 0 && slots_[at].address.compare_exchange_strong(held, address.host(),
                                                                std::memory_order_relaxed)) {
      return &slots_[at];
    }
    if (held == address.host()) return &slots_[at];
  }
  return nullptr;
}

AddressLedger::Claim AddressLedger::claim(wire::Ipv4Address address, std::uint32_t machine,
                                          base::Time now, base::Time expiry) {
  if (address.is_zero()) return Claim::untracked;
  Slot* slot = find_or_add_slot(address);
  if (slot == nullptr) return Claim::untracked;
  const Holder wanted = std::uint64_t{seconds_of(expiry)} << 32 | (machine + 1);
  // Relaxed: the word is the whole claim.
  Holder held = slot->holder.load(std::memory_order_relaxed);
  do {
    const bool is_live = held != 0 && held >> 32 > seconds_of(now);
    if (is_live && machine_of(held) != machine) return Claim::taken;
  } while (!slot->holder.compare_exchange_weak(held, wanted, std::memory_order_relaxed));
  return Claim::held;
}

void AddressLedger::release(wire::Ipv4Address address, std::uint32_t machine) {
  Slot* slot = find_slot(address);
  if (slot == nullptr) return;
  Holder held = slot->holder.load(std::memory_order_relaxed);
  while (held != 0 && machine_of(held) == machine) {
    if (slot->holder.compare_exchange_weak(held, 0, std::memory_order_relaxed)) return;
  }
}

std::uint32_t AddressLedger::find(wire::Ipv4Address address) const {
  const Slot* slot = address.is_zero() ? nullptr : find_slot(address);
  if (slot == nullptr) return kNoMachine;
  const Holder held = slot->holder.load(std::memory_order_relaxed);
  return held == 0 ? kNoMachine : machine_of(held);
}

}  // namespace stentor::storm

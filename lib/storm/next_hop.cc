// SPDX-License-Identifier: BSD-3-Clause
#include "storm/next_hop.h"

#include "storm/mix.h"

namespace stentor::storm {

std::uint16_t NextHops::find_or_add(std::uint16_t vlan, wire::Ipv4Address address) {
  const std::uint64_t key = key_of(vlan, address);
  std::size_t at = static_cast<std::size_t>(mixed(key)) % kHopsMax;
  for (std::size_t probe = 0; probe < kHopsMax; ++probe, at = (at + 1) % kHopsMax) {
    std::uint64_t held = hops_[at].key.load(std::memory_order_relaxed);
    // Relaxed: a key is all that the word says, and it never changes once it is there.
    if (held == 0 && hops_[at].key.compare_exchange_strong(held, key, std::memory_order_relaxed)) {
      return static_cast<std::uint16_t>(at);
    }
    if (held == key) return static_cast<std::uint16_t>(at);
  }
  return kNone;
}

std::optional<wire::MacAddress> NextHops::mac(std::uint16_t hop) const {
  const std::uint64_t known = hops_[hop].mac.load(std::memory_order_relaxed);
  return known == 0 ? std::nullopt : std::optional(wire::MacAddress::of_number(known));
}

wire::Ipv4Address NextHops::address(std::uint16_t hop) const {
  return wire::Ipv4Address{
      static_cast<std::uint32_t>(hops_[hop].key.load(std::memory_order_relaxed))};
}

bool NextHops::claim_request(std::uint16_t hop, base::Time now) {
  const std::int64_t time = now.time_since_epoch().count();
  std::int64_t next = hops_[hop].next_request.load(std::memory_order_relaxed);
  return time >= next && hops_[hop].next_request.compare_exchange_strong(
                             next, time + kRepeat.count(), std::memory_order_relaxed);
}

void NextHops::learn(std::uint16_t vlan, wire::Ipv4Address address, const wire::MacAddress& mac) {
  if (mac.is_zero() || mac.is_group()) return;
  const std::uint64_t key = key_of(vlan, address);
  std::size_t at = static_cast<std::size_t>(mixed(key)) % kHopsMax;
  for (std::size_t probe = 0; probe < kHopsMax; ++probe, at = (at + 1) % kHopsMax) {
    const std::uint64_t held = hops_[at].key.load(std::memory_order_relaxed);
    if (held == 0) return;
    if (held != key) continue;
    if (hops_[at].mac.exchange(mac.number(), std::memory_order_relaxed) != mac.number()) {
      // Release pairs with the acquire in version().
      version_.fetch_add(1, std::memory_order_release);
    }
    return;
  }
}

}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// MACs of the servers and routers that machines send to, by VLAN and address: one cache for all
// machines and cores of a storm, so that a million machines ask once. Each entry has one request
// outstanding at a time, repeated every second until it is answered.
//
// Lock-free: any core calls anything. Entries never leave. kHopsMax entries; what does not fit
// cannot be reached.

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "wire/address.h"

namespace stentor::storm {

class NextHops {
 public:
  static constexpr std::size_t kHopsMax = 4096;
  static constexpr std::uint16_t kNone = UINT16_MAX;
  static constexpr base::Duration kRepeat = std::chrono::seconds{1};

  // kNone: the cache is full.
  std::uint16_t find_or_add(std::uint16_t vlan, wire::Ipv4Address address);
  [[nodiscard]] std::optional<wire::MacAddress> mac(std::uint16_t hop) const;
  [[nodiscard]] wire::Ipv4Address address(std::uint16_t hop) const;

  // True: the caller is the one who asks now.
  bool claim_request(std::uint16_t hop, base::Time now);

  // Somebody says that `address` is at `mac`: taken over only if it was asked for.
  void learn(std::uint16_t vlan, wire::Ipv4Address address, const wire::MacAddress& mac);

  // Changes whenever a MAC is learnt.
  [[nodiscard]] std::uint32_t version() const {
    // Acquire pairs with the release in learn(): who sees the new version sees the MAC.
    return version_.load(std::memory_order_acquire);
  }

 private:
  // VLAN and address in one word with a mark, so that no key is 0.
  static std::uint64_t key_of(std::uint16_t vlan, wire::Ipv4Address address) {
    return std::uint64_t{1} << 63 | std::uint64_t{vlan} << 32 | address.host();
  }

  struct Hop {
    std::atomic<std::uint64_t> key{0};  // 0: free; set once
    std::atomic<std::uint64_t> mac{0};  // 0: not known
    std::atomic<std::int64_t> next_request{0};
  };

  std::array<Hop, kHopsMax> hops_;
  std::atomic<std::uint32_t> version_{0};
};

}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What proves messages of relay agents, and ours to them (RFC 4030), and must outlive a
// configuration: which replay values were heard, and which one we say next. One a process. Made
// before the first policy that has keys of relay agents, outlives the last.
//
// filter_of() belongs to the control thread; the rest is for any worker at any time, and lock-free.

#include <array>
#include <atomic>
#include <concepts>
#include <cstdint>
#include <map>
#include <span>

#include "base/bytes.h"
#include "base/hmac_key.h"
#include "dhcp/replay_filter.h"
#include "wire/address.h"

namespace stentor::dhcp {

using RelayMac = std::array<std::uint8_t, 20>;

// The longest message that is authenticated: more than an Ethernet frame carries.
inline constexpr std::size_t kMacTextBytesMax = 2048;

// HMAC-SHA1 of a text in parts, kMacTextBytesMax in all; by any number of threads at once.
template <typename H>
concept HmacSha1 = requires(const H& hasher, const base::HmacKey& key,
                            std::span<const base::Bytes> text) {
  requires H::kTextBytesMax >= kMacTextBytesMax;
  { hasher.of(key, text) } -> std::same_as<RelayMac>;
};

class RelayGuard {
 public:
  // `hasher` outlives the guard. `first_value` is above every value that a guard before this one
  // has said: nanoseconds of UTC are, at less than 10^9 answers a second.
  template <HmacSha1 H>
  RelayGuard(const H& hasher, std::uint64_t first_value)
      : hasher_(&hasher),
        mac_([](const void* untyped, const base::HmacKey& key, std::span<const base::Bytes> text) {
          return static_cast<const H*>(untyped)->of(key, text);
        }),
        next_value_(first_value) {}

  [[nodiscard]] RelayMac mac(const base::HmacKey& key, std::span<const base::Bytes> text) const {
    return mac_(hasher_, key, text);
  }

  // Greater than every one before it (section 8.1).
  [[nodiscard]] std::uint64_t next_value() { return next_value_.fetch_add(1); }

  // The same for the same agent, in whichever configuration; lives as long as the guard.
  ReplayFilter& filter_of(wire::Ipv4Address relay);

 private:
  const void* hasher_;
  RelayMac (*mac_)(const void* hasher, const base::HmacKey& key, std::span<const base::Bytes> text);
  alignas(64) std::atomic<std::uint64_t> next_value_;  // written and read by all workers
  // Of every agent that ever had a key: 2 KiB each.
  alignas(64) std::map<wire::Ipv4Address, ReplayFilter> filters_;
};

}  // namespace stentor::dhcp

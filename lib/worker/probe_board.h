// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Addresses that a conflict check asks for just now, and who answers: one board for all workers.
// The worker that asks opens a probe and closes it; an answer may come to any of them. Also what
// the answers tell of a network: a machine that answers for many addresses is a router with proxy
// ARP, and a check there says nothing (DESIGN section 4).
//
// Lock-free; nobody waits. Nothing is allocated after construction.

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/siphash.h"
#include "dhcp/policy.h"
#include "wire/address.h"

namespace stentor::worker {

class ProbeBoard {
 public:
  // For `probes` at a time, of networks below `networks`.
  ProbeBoard(std::size_t probes, std::size_t networks, const base::HashKey& key);

  enum class Opened : std::uint8_t {
    yes,
    by_another,  // somebody asks for it already
    full,
  };
  Opened open(dhcp::NetworkIndex network, wire::Ipv4Address address);
  // Somebody on the network says that `address` is in use; `mac` says who, zero: nobody knows.
  // False: nobody asked.
  bool answer(dhcp::NetworkIndex network, wire::Ipv4Address address, const wire::MacAddress& mac);
  // Of a probe that this worker opened: who answered; nullopt: nobody.
  std::optional<wire::MacAddress> close(dhcp::NetworkIndex network, wire::Ipv4Address address);

  // A machine that answers for so many addresses is a router with proxy ARP.
  static constexpr std::uint32_t kProxyArpAnswers = 3;
  // Notes that `mac` answered for `address`. If it is the third that it answers for in a row,
  // checks are suspended on the network for good, and this returns the two before.
  using Pardoned = std::array<wire::Ipv4Address, kProxyArpAnswers - 1>;
  std::optional<Pardoned> note_conflict(dhcp::NetworkIndex network, wire::Ipv4Address address,
                                        const wire::MacAddress& mac);
  [[nodiscard]] bool is_suspended(dhcp::NetworkIndex network) const;
  // The proxy of a network where checks are suspended.
  [[nodiscard]] std::optional<wire::MacAddress> proxy_of(dhcp::NetworkIndex network) const;

 private:
  static constexpr std::size_t kWays = 8;

  // Both fields: written and read by any worker.
  struct Cell {
    std::atomic<std::uint64_t> probe{0};   // 0: free
    std::atomic<std::uint64_t> answer{0};  // 0: none yet
  };
  struct Watch {
    std::atomic<std::uint64_t> suspect{0};  // MAC and how many answers; read and written by any
    std::array<std::atomic<std::uint32_t>, kProxyArpAnswers - 1> addresses{};
  };

  Cell* find(std::uint64_t probe);
  [[nodiscard]] std::size_t bucket_of(std::uint64_t probe) const;

  const base::HashKey key_;
  const std::size_t buckets_;
  std::vector<Cell> cells_;
  std::vector<Watch> watches_;  // by network
};

}  // namespace stentor::worker

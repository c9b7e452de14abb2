// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which machines that look for an IPv6 router are told that there is none: one board for all
// workers, because a machine's DHCP messages and its solicitations may come to different ones.
//
// Told is a machine in firmware that solicits again, where nobody advertises. By these rules an
// operating system is not, nor does anybody speak before a router could:
// 1. We have answered DHCP of its firmware, within kSeries before its first solicitation or during
//    the series that this one begins.
// 2. It solicits in series: each within kSeries after the one before. iPXE waits 0.25, 0.5, 1 and
//    2 s; a host waits 4 s at least (RFC 4861 section 10, RFC 7559 section 2: less a tenth).
// 3. The one before is kRouterDelay old: a router would have answered it (RFC 4861 section 10,
//    MAX_RA_DELAY_TIME).
// 4. No advertisement of somebody else was heard on the network while it counts (note_router()).
//
// Lock-free; nobody waits. Nothing is allocated after construction: 1 MiB and 16 bytes a network.
// Who has no place here, or loses it to a race of two workers, boots as late as without a board.

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "dhcp/policy.h"
#include "wire/address.h"

namespace stentor::worker {

class SolicitationBoard {
 public:
  static constexpr base::Duration kSeries = std::chrono::seconds{3};
  static constexpr base::Duration kRouterDelay = std::chrono::milliseconds{500};
  // The longest that a router may be silent between two advertisements that nobody asked for
  // (RFC 4861 section 6.2.1, MaxRtrAdvInterval).
  static constexpr base::Duration kRouterSilence = std::chrono::minutes{30};
  // A machine's DHCP is not noted where so many in a row were followed by no solicitation: most
  // networks boot nobody who looks for IPv6, and shall not pay for those that do.
  static constexpr std::uint32_t kNotedInVain = 1'024;
  static constexpr std::size_t kMachines = 65'536;

  // For networks below `networks`; `key` spreads MAC addresses.
  SolicitationBoard(std::size_t networks, std::uint64_t key, std::size_t machines = kMachines);

  // DHCP of `mac`, which is in firmware and on the network's own link, has been answered.
  void note_firmware(dhcp::NetworkIndex network, const wire::MacAddress& mac, base::Time now) {
    if (links_[network].noted_in_vain.load(std::memory_order_relaxed) < kNotedInVain) {
      note_machine(network, mac, now);
    }
  }

  // Somebody advertises a router for `lifetime`. It counts that long, also if it is none (0), and
  // for kRouterSilence at least.
  void note_router(dhcp::NetworkIndex network, base::Duration lifetime, base::Time now);

  enum class Answer : std::uint8_t {
    tell,          // that there is no router
    has_router,    // rule 4
    not_firmware,  // rule 1
    wait,          // rules 2 and 3
  };
  Answer solicit(dhcp::NetworkIndex network, const wire::MacAddress& mac, base::Time now);

 private:
  static constexpr std::size_t kWays = 4;

  // All fields are read and written by any worker, relaxed: each carries no data but itself.
  struct alignas(16) Machine {
    std::atomic<std::uint64_t> name{0};  // network and MAC; 0: free
    std::atomic<std::uint64_t> times{0};
  };
  struct Link {
    std::atomic<base::Time> router_until{base::Time::min()};
    std::atomic<std::uint32_t> noted_in_vain{0};
  };

  void note_machine(dhcp::NetworkIndex network, const wire::MacAddress& mac, base::Time now);
  [[nodiscard]] Machine* bucket_of(std::uint64_t name);

  const std::uint64_t key_;
  std::vector<Machine> machines_;
  std::vector<Link> links_;  // by network
};

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What operators say of machines while the appliance runs, as the data path needs it: by MAC
// address, over what the configuration says. One a snapshot.
//
// Threads: find() and is_empty() any worker's, between two bursts of which it drops what it found;
// all else control's, one at a time. A change is seen by whoever looks next. What it took out of
// use lives until the caller says that every worker has gone on (reclaim()).
//
// Memory: 32 to 64 bytes a host in the index, and what is said of it. Where a MAC address lies is a
// hash without a secret: those of the operator alone are in it (reservation_index.h).

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "config/client_match.h"
#include "config/run_time_host.h"
#include "dhcp/boot_target.h"
#include "dhcp/policy.h"
#include "wire/address.h"

namespace stentor::dhcp {

struct BoardHost {
  wire::MacAddress mac{};
  std::optional<wire::Ipv4Address> address{};  // of a subnet of the configuration
  std::vector<char> hostname{};                // empty: as configured
  ClassMask classes = 0;
  std::optional<BootTarget> boot{};
  bool is_local = false;
  std::optional<BootTarget> once{};
  bool is_for_ipxe = false;                  // of `once`
  std::vector<BootDirectory> directories{};  // of both; and of the one that is over, for what a
                                             // boot loader asks for beside itself

  [[nodiscard]] bool is_empty() const {
    return !address && hostname.empty() && classes == 0 && !boot && !is_local && !once;
  }
  // Changes what the configuration reserves to what holds. `is_ipxe`: who asks; `subnet`: where it
  // is, if there is one.
  void apply(Reservation& reservation, bool is_ipxe, const Policy& policy,
             std::optional<SubnetIndex> subnet) const;
};

// `classes`, `address`: of the host, as far as they count under the configuration of `owner_key`'s
// policy. The host has no flaw.
BoardHost compile_host(const config::RunTimeHost& host, ClassMask classes,
                       std::optional<wire::Ipv4Address> address, const base::HashKey& owner_key);

class HostBoard {
 public:
  HostBoard() = default;
  // Before any worker looks.
  HostBoard(HostBoard&& other) noexcept;
  // No worker looks any more.
  ~HostBoard();

  [[nodiscard]] bool is_empty() const {
    // Acquire, here and in find(); pairs with the releases in put().
    return index_.load(std::memory_order_acquire) == nullptr;
  }
  // Null: nothing is said of it.
  [[nodiscard]] const BoardHost* find(const wire::MacAddress& mac) const;
  // The directory of a boot file that the machine was told; null: none has this number.
  [[nodiscard]] const config::ClientTemplate* find_directory(const wire::MacAddress& mac,
                                                             std::uint64_t number) const;

  [[nodiscard]] std::size_t size() const { return hosts_; }
  // Whether reclaim() has something to do.
  [[nodiscard]] bool has_retired() const { return !retired_.empty(); }

  // All of them, in no order.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    // Relaxed, both: who writes it looks.
    const Index* const index = index_.load(std::memory_order_relaxed);
    if (index == nullptr) return;
    for (const Cell& cell : index->cells) {
      const BoardHost* const host = cell.host.load(std::memory_order_relaxed);
      if (host != nullptr) visit(*host);
    }
  }

  void put(BoardHost host);
  void erase(const wire::MacAddress& mac);

  // What changes have taken out of use since the last call is a worker's until it has passed
  // `mark` (base::Published); `has_passed` says which marks are. Returns how much is left.
  template <typename HasPassed>
  std::size_t reclaim(std::uint64_t mark, const HasPassed& has_passed) {
    for (Retired& each : retired_) each.mark = std::min(each.mark, mark);
    std::erase_if(retired_, [&](const Retired& each) {
      const bool is_over = has_passed(each.mark);
      if (is_over) release(each);
      return is_over;
    });
    return retired_.size();
  }

 private:
  static std::uint64_t key_of(const wire::MacAddress& mac) { return mac.number() + 1; }

  struct Cell {
    std::atomic<std::uint64_t> key{0};  // the MAC address and one; 0: unused
    std::atomic<const BoardHost*> host{nullptr};
  };
  struct Index {
    explicit Index(std::size_t size) : cells(size) {}
    std::vector<Cell> cells;  // a power of two, at least half of them unused
  };
  // One of both.
  struct Retired {
    const BoardHost* host;
    const Index* index;
    std::uint64_t mark = UINT64_MAX;  // not known yet
  };

  // The cell of a key, or the unused one where it would be.
  [[nodiscard]] static std::size_t cell_of(const Index& index, std::uint64_t key);
  void make_room();
  static void release(const Retired& retired);

  std::atomic<Index*> index_{nullptr};  // written by control, read by workers
  std::size_t used_ = 0;                // cells with a key
  std::size_t hosts_ = 0;
  std::vector<Retired> retired_;
};

}  // namespace stentor::dhcp

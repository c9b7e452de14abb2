// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The boot sessions of all machines, the newest of each, by MAC address; of a machine behind a
// router that never asked us for an address, by its address. Memory is taken as machines come, but
// for the indexes' 16 bytes for each there may be; from `machines_max` on, the one of which nothing
// was heard for longest makes room.
//
// Threads: one takes sightings, any reads; a lock is between them, held for a batch or for a page.

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/siphash.h"
#include "control/boot_session.h"
#include "control/metrics.h"

namespace stentor::control {

class BootSessionTable {
 public:
  static constexpr std::uint32_t kMachinesMax = 1'000'000;

  explicit BootSessionTable(const base::HashKey& key, std::uint32_t machines_max = kMachinesMax);

  // Of a machine behind a router, or of a transfer that goes on, the MAC address is filled in where
  // it is known.
  void take(std::span<sighting::Sighting> seen);

  // A copy, with the file's name in it.
  struct Row {
    std::uint32_t slot = 0;
    BootSession session;
    std::string file{};
  };
  [[nodiscard]] std::optional<Row> find(const wire::MacAddress& mac) const;
  [[nodiscard]] std::optional<Row> find(wire::Ipv4Address address) const;
  // Those of `count` slots from `first` on that `takes`; slots are as many as slots() says, and a
  // machine keeps its own as long as it is here.
  template <typename Takes>
  [[nodiscard]] std::vector<Row> rows(std::uint32_t first, std::uint32_t count,
                                      const Takes& takes) const {
    const std::lock_guard held(lock_);
    std::vector<Row> rows;
    for (std::uint32_t slot = first; slot < entries_.size() && slot - first < count; ++slot) {
      if (takes(entries_[slot].session)) rows.push_back(row_of(slot));
    }
    return rows;
  }
  [[nodiscard]] std::uint32_t slots() const;
  [[nodiscard]] std::uint64_t begun() const;  // sessions, since the start

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // Slots in the order in which their machines were heard, a circle through the place of kNone.
  struct Entry {
    BootSession session;
    std::uint64_t key;
    std::uint32_t before = kNone;
    std::uint32_t behind = kNone;
  };
  struct Hash {
    base::HashKey key;
    std::size_t operator()(std::uint64_t value) const;
  };
  using Index = std::unordered_map<std::uint64_t, std::uint32_t, Hash>;

  void take_one(sighting::Sighting& seen);
  [[nodiscard]] std::uint32_t find_slot(const sighting::Sighting& seen) const;
  std::uint32_t add(std::uint64_t key, const sighting::Sighting& seen);
  void remove(std::uint32_t slot);
  void forget_address(std::uint32_t slot);
  void set_file(BootSession& session, std::string_view name);
  void drop_file(BootSession& session);
  void link_last(std::uint32_t slot);
  void unlink(std::uint32_t slot);
  [[nodiscard]] Row row_of(std::uint32_t slot) const;

  const std::uint32_t machines_max_;
  mutable std::mutex lock_;
  // All below: under lock_.
  std::deque<Entry> entries_;  // by slot
  Index by_key_;
  Index by_address_;  // the session that had it last
  // How many sessions have which file. Sorted, because names are what clients make up.
  std::map<std::string, std::uint32_t, std::less<>> files_;
  std::uint32_t first_ = kNone;
  std::uint32_t last_ = kNone;
  std::uint64_t begun_ = 0;
};

std::vector<MetricFamily> metrics_of(const BootSessionTable& sessions);

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// All hosts that were set at run time, and which of them are not on disk yet.
//
// Any thread, each call whole in itself. Each change gets a ticket, as a lease's does in its lane:
// it is on disk once committed() has reached it; until then, once failed_up_to() has, the disk did
// not take it when it was asked. The store thread takes changes from the front, and puts back what
// failed: a machine's last word is what reaches the disk.
//
// Memory: some 200 bytes a host, and what its texts take.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "config/run_time_host.h"

namespace stentor::store {

// As the disk is to have it.
struct HostChange {
  wire::MacAddress mac;
  std::optional<config::RunTimeHost> host;  // nullopt: nothing is said of it any more
};

class HostBook {
 public:
  HostBook() = default;
  HostBook(const HostBook&) = delete;
  HostBook& operator=(const HostBook&) = delete;

  [[nodiscard]] std::optional<config::RunTimeHost> find(const wire::MacAddress& mac) const;
  // Up to `limit`, behind `after` in the order of MAC addresses.
  [[nodiscard]] std::vector<config::RunTimeHost> page(const std::optional<wire::MacAddress>& after,
                                                      std::size_t limit) const;
  [[nodiscard]] std::vector<config::RunTimeHost> all() const;
  [[nodiscard]] std::size_t size() const;
  // That are to boot something once.
  [[nodiscard]] std::size_t armed() const;
  // Who has been given this address; nullopt: nobody.
  [[nodiscard]] std::optional<wire::MacAddress> holder_of(wire::Ipv4Address address) const;

  // Since when it is to boot this once; the beginning of time, of what was so at start.
  [[nodiscard]] base::Time armed_since(const wire::MacAddress& mac) const;

  // In place of what was said of this machine; one of which nothing is said goes. Its ticket.
  std::uint64_t put(const config::RunTimeHost& host, base::Time now = {});
  // Of one that is on disk, at start.
  void load(const config::RunTimeHost& host);

  // Of the newest change of any machine.
  [[nodiscard]] std::uint64_t last_ticket() const;
  [[nodiscard]] std::uint64_t committed() const;
  [[nodiscard]] std::uint64_t failed_up_to() const;

  // The store thread's: the oldest changes, `limit` at the most; that these are on disk; that
  // nothing that waits reaches it now, and those that were taken wait again.
  [[nodiscard]] std::vector<HostChange> take(std::size_t limit);
  void note_committed();
  void note_failed();

 private:
  struct Waiting {
    wire::MacAddress mac;
    std::uint64_t ticket = 0;
  };

  struct Entry {
    config::RunTimeHost host;
    base::Time armed_since{};
  };

  void set(const config::RunTimeHost& host, base::Time now);

  mutable std::mutex mutex_;              // guards all of the following
  std::map<std::uint64_t, Entry> hosts_;  // by the number of the MAC address
  std::map<wire::Ipv4Address, wire::MacAddress> addresses_;
  std::size_t armed_ = 0;
  std::deque<Waiting> waiting_;
  std::size_t taken_ = 0;  // of waiting_, from the front
  std::uint64_t last_ticket_ = 0;
  std::uint64_t committed_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace stentor::store

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a running appliance can say of itself, as the control API asks for it. The app implements
// it (app/stentord/appliance_report.h); tests have one of their own.
//
// Threads: the API's, under the state lock (control/state_lock.h), where each call copies a little
// and returns; add_details() and release() alone are called without it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "config/run_time_host.h"
#include "config/settings.h"
#include "control/metrics.h"
#include "image/generation.h"
#include "image/rejections.h"
#include "lease/table.h"
#include "wire/address.h"

namespace stentor::control {

// A counter by its name in the log.
struct Figure {
  std::string_view name;
  std::uint64_t value = 0;
};

// A name of drop_reasons.def or refusals.def.
struct ReasonRow {
  std::string_view name;
  std::string_view meaning;
  std::uint64_t count = 0;
};

struct WorkerRow {
  unsigned core = 0;
  int node = -1;                    // NUMA; -1: the machine has none
  std::vector<std::string> queues;  // "boot0/1": the second queue of boot0
  std::uint64_t transfers = 0;      // that live
  std::vector<Figure> figures;
};

struct PortRow {
  std::string name;
  std::string device;  // by what it is served
  std::string mac;
  bool is_up = false;
  // Of a bond: those that carry frames, as configured.
  std::optional<std::vector<std::string>> devices_in_use{};
  std::uint16_t queues = 0;
  std::vector<std::string> networks;  // "10.0.0.1/24", with " vlan 7" where there is one
  std::vector<Figure> figures;        // of the device, and of what it lost
};

struct StatusRow {
  std::string version;
  base::Duration uptime{};
  std::vector<std::string> problems;  // a sentence each: what somebody should look at
  std::uint64_t workers = 0;
  std::uint64_t ports = 0;
  std::uint64_t ports_up = 0;
  std::uint64_t generation = 0;
  std::uint64_t images = 0;
  std::uint64_t images_rejected = 0;
  std::uint64_t addresses = 0;  // in pools and reservations
  std::string durability;
  std::uint64_t transfers = 0;  // that live
  bool is_draining = false;     // nothing new begins
  std::vector<Figure> figures;  // summed over the workers
};

struct LeaseRow {
  lease::Lease lease;
  std::optional<lease::Owner> owner{};
  // As the client has said them, where that is on disk; hexadecimal but for the name.
  std::uint8_t htype = 0;  // of `mac` (RFC 2132's numbers; 1: Ethernet); 0: not known
  std::string mac{};
  std::string hostname{};
  std::string client_id{};
  std::string circuit_id{};
  std::string remote_id{};
};

struct LeasePiece {
  std::vector<LeaseRow> rows;             // by address
  std::optional<wire::Ipv4Address> next;  // where the next piece begins; nullopt: that was the last
};

// What became of an address that was to be given back.
enum class Release : std::uint8_t {
  done,         // and where leases are on disk, it is there
  not_held,     // nobody has it
  not_on_disk,  // nobody has it any more, but a restart may still know its lease
  busy,         // the control thread has no time: nothing has changed
};
struct Released {
  Release what = Release::not_held;
  lease::State was = lease::State::free;  // until now
};

// What became of a host that was to be set.
struct HostOutcome {
  std::string refusal{};     // a sentence, and nothing has changed; empty: it is seen from now on
  bool is_for_now = false;   // of a refusal: ask again
  bool has_changed = false;  // else it was so before
  std::uint64_t ticket = 0;  // for Report::host_on_disk(); 0: there is nothing to wait for
};
enum class OnDisk : std::uint8_t { yes, waits, failed };

class Report {
 public:
  Report() = default;
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  virtual ~Report() = default;

  [[nodiscard]] virtual StatusRow status() const = 0;
  [[nodiscard]] virtual std::vector<WorkerRow> workers() const = 0;
  [[nodiscard]] virtual std::vector<PortRow> ports() const = 0;
  [[nodiscard]] virtual std::vector<ReasonRow> drops() const = 0;
  [[nodiscard]] virtual std::vector<ReasonRow> refusals() const = 0;
  [[nodiscard]] virtual image::RejectedFiles rejected_images() const = 0;
  [[nodiscard]] virtual config::Source config() const = 0;
  [[nodiscard]] virtual std::vector<MetricFamily> metrics() const = 0;

  // Of `slots` records of the lease table, from that of the first address on which is not before
  // `from`, those that are offered, bound or set aside at `now`. To be asked for kSlotsAtOnce of
  // them at the most, so that nobody waits.
  static constexpr std::uint32_t kSlotsAtOnce = 4096;
  [[nodiscard]] virtual LeasePiece leases(wire::Ipv4Address from, std::uint32_t slots,
                                          base::Time now) const = 0;
  // What the addresses from `first` to `last` are at `now`, of as many records.
  [[nodiscard]] virtual lease::Table::CensusPiece census(wire::Ipv4Address first,
                                                         wire::Ipv4Address last,
                                                         std::uint32_t slots,
                                                         base::Time now) const = 0;
  // Of the configuration that is served; disjoint.
  [[nodiscard]] virtual std::vector<wire::Ipv4Prefix> subnets() const = 0;
  // The addresses of a machine that is known by its MAC address.
  [[nodiscard]] virtual std::vector<wire::Ipv4Address> addresses_of(
      const wire::MacAddress& mac) const = 0;
  // What is served, for as long as it is kept: nothing of it is given back meanwhile.
  [[nodiscard]] virtual std::shared_ptr<const image::Generation> borrow_images() = 0;

  // Machines of which something was said at run time, by MAC address, behind `after`; and one.
  [[nodiscard]] virtual std::vector<config::RunTimeHost> hosts(
      const std::optional<wire::MacAddress>& after, std::size_t limit) const = 0;
  [[nodiscard]] virtual std::optional<config::RunTimeHost> host(
      const wire::MacAddress& mac) const = 0;
  // What of it does not count just now, a sentence each.
  [[nodiscard]] virtual std::vector<std::string> host_problems(
      const config::RunTimeHost& host) const = 0;
  // In place of what was said of it; one without a flaw. Nothing said: it goes.
  [[nodiscard]] virtual HostOutcome set_host(const config::RunTimeHost& host) = 0;

  // Without the lock, at once.
  [[nodiscard]] virtual OnDisk host_on_disk(std::uint64_t ticket) const = 0;
  // Without the lock: fills in what the disk knows of the clients. May take as long as a disk does.
  virtual void add_details(std::vector<LeaseRow>& rows) const = 0;
  // Likewise: ends the lease or the offer of an address as if its holder had given it back, or what
  // sets it aside, at `now`. `patience`: for the lock, and then for the disk.
  [[nodiscard]] virtual Released release(wire::Ipv4Address address, base::Time now,
                                         base::Duration patience) = 0;
};

}  // namespace stentor::control

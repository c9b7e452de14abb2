// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Everything that a burst is served from and that a reload replaces: networks, DHCP policy, images,
// TFTP limits, and how the lease table is divided. Immutable; published by the control thread
// (base::Published), read by all workers.

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "config/settings.h"
#include "dhcp/host_board.h"
#include "dhcp/policy.h"
#include "dhcp/server.h"
#include "image/current_generation.h"
#include "lease/client_store.h"
#include "tftp/class_limits.h"
#include "tftp/lookup.h"
#include "tftp/negotiate.h"
#include "wire/frame.h"
#include "worker/address_set.h"

namespace stentor::worker {

using PortIndex = std::uint16_t;
using WorkerIndex = std::uint16_t;

// One (VLAN, address) of a port, as the data path needs it.
struct Network {
  dhcp::NetworkIndex index = 0;
  wire::VlanPath vlan;
  wire::Ipv4Prefix address;
  tftp::Limits tftp;         // of clients on the network's own link
  tftp::Limits tftp_routed;  // of clients behind a router or a relay

  [[nodiscard]] const tftp::Limits& limits_for(wire::Ipv4Address client) const {
    return address.contains(client) ? tftp : tftp_routed;
  }
};

// Which workers poll a port, and the server ports that each owns: worker `workers[i]` has
// [first + i * slice, first + (i + 1) * slice). With a slice of 0 all transfers are served from
// port 69, and a hash of the client's address names the owner.
struct PortSteering {
  std::vector<WorkerIndex> workers;
  std::uint16_t first = 0;
  std::uint32_t slice = 0;

  [[nodiscard]] bool is_single_port() const { return slice == 0; }
  // The first server port of workers[position], which has `slice` of them.
  [[nodiscard]] std::uint16_t first_port_of(std::size_t position) const {
    return static_cast<std::uint16_t>(first + position * slice);
  }
  // The owner of a transfer by its server port; nullopt outside the range.
  [[nodiscard]] std::optional<WorkerIndex> owner_of_port(std::uint16_t server_port) const;
  [[nodiscard]] bool includes(WorkerIndex worker) const;
};

struct PortView {
  std::vector<Network> networks;
  PortSteering steering;

  // nullptr if there is none on that VLAN.
  [[nodiscard]] const Network* find_network(wire::VlanPath vlan) const;
};

struct Snapshot {
  std::vector<PortView> ports;
  dhcp::Policy policy;
  // Which files are served, and whether their names in requests are cleaned (tftp/garbage.h).
  tftp::Lookup files;
  bool strip_garbage = false;
  // Who may fetch files; with leased_may_fetch, whoever holds a live lease of ours may too.
  AddressSet tftp_clients;
  bool leased_may_fetch = false;
  std::uint16_t transfers_per_client = 0;  // at a time, of one address
  tftp::ClassLimits class_limits;
  bool looks_beside_boot_file = false;
  bool tells_of_no_router = false;  // firmware that looks for one (worker/solicitation_board.h)
  // What is known of clients, by address; null: all of the above is the same for all of them.
  lease::ClientStore* clients = nullptr;
  // Who holds which of `policy`'s addresses. Set before the snapshot is published.
  lease::Table* leases = nullptr;
  // Whether nothing new begins; control writes it. Null: never.
  const std::atomic<bool>* draining = nullptr;
  // What is said of machines over the configuration: the one part that control changes while
  // workers have it.
  mutable dhcp::HostBoard hosts{};

  [[nodiscard]] bool is_draining() const {
    // Relaxed: a worker that sees it late begins one boot more.
    return draining != nullptr && draining->load(std::memory_order_relaxed);
  }

  // What TFTP knows of a client that asks from `address`, in a frame from `mac` on `network`.
  // nullopt: another worker is writing it just now.
  [[nodiscard]] std::optional<tftp::ClientContext> find_client(const Network& network,
                                                               const wire::MacAddress& mac,
                                                               wire::Ipv4Address address) const;

  // dhcp::BootFiles: sizes for option 13.
  [[nodiscard]] std::optional<std::uint64_t> size_of(std::string_view path,
                                                     const dhcp::Fetcher& fetcher) const;

 private:
  [[nodiscard]] tftp::ClientContext context_of(const lease::ClientFacts& facts) const;
};

// Who owns which of a port's server ports, of the workers that poll it, in this order.
PortSteering make_steering(const config::Tftp& tftp, const std::vector<WorkerIndex>& workers);

// Whether files or their transfers differ from client to client, but for its address: whether a
// snapshot of these settings needs `clients`.
bool needs_clients(const config::Settings& settings);

// All but `leases` and `draining`. `workers_of_port[p]` are the workers that poll port p (from the
// placement plan). `images`, and `clients` and `guard`, if the settings need them, outlive the
// snapshot.
Snapshot make_snapshot(const config::Settings& settings, const base::HashKey& owner_key,
                       const std::vector<std::vector<WorkerIndex>>& workers_of_port,
                       const image::CurrentGeneration& images,
                       lease::ClientStore* clients = nullptr, dhcp::RelayGuard* guard = nullptr);

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The rig: DPDK, one port, and a polling thread a core, on which storms run one after the other.
// Made, run and destroyed by the control thread. A run's crews belong to their own threads until it
// is over; their tallies may be read meanwhile.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "command_line.h"
#include "dpdk/eal.h"
#include "dpdk/interface_claim.h"
#include "dpdk/port.h"
#include "interrupt.h"
#include "storm/crew.h"
#include "storm/plan.h"
#include "storm/result.h"
#include "storm/tally.h"
#include "topology/plan.h"

namespace stentor::rig {

// A storm while it runs.
struct LiveView {
  const storm::Plan& plan;
  std::span<const storm::Tally* const> tallies;  // by core
  base::Duration elapsed{};
  bool is_last = false;  // the storm is over
};
using OnTick = std::function<void(const LiveView&)>;

class Rig {
 public:
  // Everything up to a port whose link is up. An error is one sentence; nothing is left behind.
  // `scenario`: whose relays the kernel must not answer for.
  static base::Result<std::unique_ptr<Rig>> open(const PortRequest& request,
                                                 const storm::Scenario& scenario,
                                                 Interrupt& interrupt);
  ~Rig() = default;
  Rig(const Rig&) = delete;
  Rig& operator=(const Rig&) = delete;

  // One storm, from its first power-on until every machine has booted or failed, its time is over
  // or the interrupt came. `on_tick`: now and then. Errors: what the scenario names is not there.
  base::Result<storm::Result> run(const storm::Scenario& scenario, const OnTick& on_tick);

  // "AF_XDP on eth1", and the cores that poll it: "2, 3".
  [[nodiscard]] const std::string& device() const { return port_->description(); }
  [[nodiscard]] std::string cores() const;

 private:
  using Queue = dpdk::Queue;
  using Crew = storm::Crew<Queue>;

  explicit Rig(Interrupt& interrupt) : interrupt_(interrupt) {}

  base::Result<void> place(const PortRequest& request);
  base::Result<void> start(const PortRequest& request, const storm::Scenario& scenario);
  base::Result<void> wait_for_link();
  void keep_up();
  [[nodiscard]] dpdk::PortOptions port_options(const PortRequest& request,
                                               const storm::Scenario& scenario) const;
  void work(Crew& crew);
  void warn_of(const storm::Reference& reference);

  Interrupt& interrupt_;
  // Destroyed from the last to the first: the port before the EAL.
  config::DeviceSpec device_;
  std::uint16_t mtu_ = 1500;
  std::optional<dpdk::InterfaceClaim> claim_;
  topology::Placement placement_;
  std::unique_ptr<dpdk::Eal> eal_;
  std::unique_ptr<dpdk::Port> port_;
  bool has_warned_ = false;               // the trials of a search have one reference
  std::atomic<bool> stopping_{false};     // written by control, read by every crew's thread
  std::atomic<std::size_t> crews_out_{};  // crews that are not over; counted down by their threads
};

}  // namespace stentor::rig

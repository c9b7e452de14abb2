// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The appliance put together: EAL, images, leases, ports and workers, from one configuration. Made,
// ticked and destroyed by the control thread; what the workers share is named in worker/worker.h.

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/published.h"
#include "config/settings.h"
#include "control/census.h"
#include "dpdk/eal.h"
#include "dpdk/eal_memory.h"
#include "dpdk/interface_claim.h"
#include "dpdk/port.h"
#include "dpdk/queue_io.h"
#include "image/generation.h"
#include "lease/table.h"
#include "link_watch.h"
#include "topology/plan.h"
#include "worker/worker.h"

namespace stentor {

class Appliance {
 public:
  // Everything up to running workers. An error is one sentence; nothing is left behind.
  static base::Result<std::unique_ptr<Appliance>> start(const config::Settings& settings,
                                                        bool take_over);
  Appliance(const Appliance&) = delete;
  Appliance& operator=(const Appliance&) = delete;
  // Stops the workers, gives every frame back, and returns the interfaces as they were.
  ~Appliance();

  // Now and then: link changes are logged and announced, drops are logged.
  void tick(base::Time now);

  // What was served and dropped, for the last line of the log.
  [[nodiscard]] std::string summary() const { return census_.summary(); }

 private:
  using Queue = dpdk::Queue;
  using Worker = worker::Worker<Queue>;

  explicit Appliance(const config::Settings& settings) : settings_(settings) {}

  base::Result<void> place_workers();
  base::Result<void> start_eal();
  base::Result<void> load_images();
  base::Result<void> make_leases();
  base::Result<void> open_ports(bool take_over);
  base::Result<void> make_workers();
  void launch_workers();
  void serve(Worker& worker);
  void count_everything();

  [[nodiscard]] dpdk::PortOptions port_options(std::size_t port, bool take_over) const;
  [[nodiscard]] std::uint64_t memory_needed() const;
  [[nodiscard]] std::vector<std::vector<worker::WorkerIndex>> workers_of_ports() const;

  // Destroyed from the last to the first: workers before ports, ports before memory, memory before
  // the EAL.
  const config::Settings settings_;
  const base::HashKey key_ = base::random_key();
  std::vector<std::optional<std::uint16_t>> device_mtus_;  // by port
  std::vector<dpdk::InterfaceClaim> claims_;               // of the interfaces among them
  topology::Placement placement_;
  std::unique_ptr<dpdk::Eal> eal_;
  std::unique_ptr<dpdk::EalMemory> memory_;
  std::unique_ptr<const image::Generation> generation_;
  std::optional<lease::Plan> plan_;
  base::MutableBytes lease_memory_;
  std::optional<lease::Table> leases_;
  std::vector<std::unique_ptr<dpdk::Port>> ports_;
  std::unique_ptr<base::Published<worker::Snapshot>> snapshots_;
  std::unique_ptr<worker::HandOverMesh<Queue::Frame>> mesh_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<LinkWatch> links_;  // by port
  control::Census census_;
  control::Census drops_;
  base::Time next_drop_report_{};
  std::atomic<bool> stopping_{false};  // written by control, read by workers once a loop
};

}  // namespace stentor

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The appliance put together: EAL, images, leases, ports and workers, from one configuration. Made,
// ticked and destroyed by the control thread; what the workers share is named in worker/worker.h.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/published.h"
#include "config/settings.h"
#include "control/census.h"
#include "control/event_log.h"
#include "control/heartbeat.h"
#include "control/report.h"
#include "dhcp/relay_guard.h"
#include "digest/hmac_sha1.h"
#include "dpdk/eal.h"
#include "dpdk/eal_memory.h"
#include "dpdk/flow_rules.h"
#include "dpdk/interface_claim.h"
#include "dpdk/port.h"
#include "dpdk/queue_io.h"
#include "image/loader.h"
#include "lease/client_store.h"
#include "lease/tables_setup.h"
#include "lease_store.h"
#include "link_watch.h"
#include "served_images.h"
#include "spare_block.h"
#include "topology/plan.h"
#include "worker/worker.h"
#include "worker_loop.h"

namespace stentor {

class ApplianceReport;

class Appliance {
 public:
  // Everything that changes nothing which outlives this process: what can be refused is refused
  // first, then images and leases take their memory, which may last. PCI ports are probed here: who
  // bound them to VFIO has them reset by the kernel when the process ends. An error is one
  // sentence. Until it has returned the process may end at any moment and leave nothing behind, but
  // for the lease database, which is made where there is none and any end leaves whole.
  static base::Result<std::unique_ptr<Appliance>> prepare(const config::Settings& settings,
                                                          bool take_over);
  // Bytes of hugepages that prepare() would refuse to do without, and those for files that come
  // later; 0 without hugepages. Takes none, opens nothing and changes nothing.
  static base::Result<std::uint64_t> hugepages_needed(const config::Settings& settings);
  // Ports are opened and workers run, unless `stop` is set meanwhile: it is looked at between two
  // ports. The kernel's interfaces come last, once no driver waits for a peer any more. An error is
  // one sentence.
  base::Result<void> serve(const std::atomic<int>& stop);
  // For a serve() that has not returned though `stop` is set; any thread. True: what the process
  // has changed outside of itself is undone, and it must end at once. False: it has begun to take
  // interfaces from the kernel, whose calls end by themselves and are undone in order.
  bool abandon();
  Appliance(const Appliance&) = delete;
  Appliance& operator=(const Appliance&) = delete;
  // Stops the workers, gives every frame back, and returns the interfaces as they were.
  ~Appliance();

  // Nothing is served any more: what workers have told is all that they tell. Any number of times.
  void end_workers();

  // Now and then: link changes are logged and announced, drops are logged, unused images freed,
  // and workers that do not loop are named.
  void tick(base::Time now);
  // Goes over to `next`, between two bursts of each worker, or changes nothing and returns why, a
  // sentence each. Only when it is_settled().
  std::vector<std::string> reload(const config::Settings& next);
  // Why reload() would refuse `next`, but for want of memory. Nothing changes.
  [[nodiscard]] std::vector<std::string> obstacles(const config::Settings& next) const;
  [[nodiscard]] const config::Settings& settings() const { return settings_; }  // that are served
  // While it drains, nothing new begins: no OFFER, no transfer. What has begun goes on.
  void set_draining(bool is_draining);
  [[nodiscard]] std::uint64_t live_transfers() const;
  // A reload is refused; until one is taken, status tells why.
  void note_refusal(const std::vector<std::string>& reasons);
  // Whether every worker serves the newest configuration, so that there are never three.
  [[nodiscard]] bool is_settled() const { return tables_->is_settled(); }
  // The same, once every worker has come to its next burst, or half a second later.
  bool waits_to_settle();
  // That have served, this one with them.
  [[nodiscard]] std::uint64_t configurations() const { return 1 + reloads_; }
  // A client has all of a file, as a worker has told; any thread.
  void note_completed(const sighting::Sighting& seen);
  // Every worker loops.
  [[nodiscard]] bool is_well() const { return !heartbeat_.silent(); }
  // Readable when files under the image root have changed, for take_images(); -1: nobody looks.
  [[nodiscard]] int image_news() const { return images_->news(); }
  void take_images() { images_->fetch(); }

  // What the workers see of clients, for one thread, which ends before the appliance.
  [[nodiscard]] std::vector<sighting::Lane*> sightings() const {
    std::vector<sighting::Lane*> lanes;
    for (const auto& worker : workers_) lanes.push_back(&worker->sightings());
    return lanes;
  }
  // What the workers show of frames, likewise, and the ports whose numbers these have.
  [[nodiscard]] std::vector<capture::Tap*> taps() const {
    std::vector<capture::Tap*> taps;
    for (const auto& worker : workers_) taps.push_back(&worker->tap());
    return taps;
  }
  [[nodiscard]] std::vector<std::string> port_names() const {
    std::vector<std::string> names;
    for (const config::Port& port : settings_.ports) names.push_back(port.name);
    return names;
  }
  // Any thread.
  [[nodiscard]] control::EventLog& events() { return events_; }
  // What was served and dropped, for the last line of the log.
  [[nodiscard]] std::string summary() const { return census_.summary(); }

 private:
  friend class ApplianceReport;  // what operators ask for, read

  using Queue = dpdk::Queue;
  using Worker = worker::Worker<Queue>;

  Appliance(const config::Settings& settings, bool take_over);

  base::Result<void> place_workers();
  base::Result<void> check_ports() const;
  base::Result<void> survey_images();
  void plan_leases();
  base::Result<void> start_eal();
  base::Result<void> check_tables() const;
  base::Result<void> load_images();
  base::Result<void> make_leases();
  base::Result<void> open_store();
  base::Result<void> make_clients();
  std::vector<std::string> prepare_clients(const config::Settings& next);
  // Publishes what serves `next`, with records for more addresses; or says why not.
  std::vector<std::string> go_over(const config::Settings& next,
                                   std::span<const wire::Ipv4Address> more);
  [[nodiscard]] bool lacks_database(const lease::Plan& plan, const config::Settings& next) const;
  void settle();
  // appliance_hosts.cc. `more`: that have no record yet.
  [[nodiscard]] lease::Plan plan_with_hosts(const dhcp::Policy& policy,
                                            const config::Settings& settings,
                                            std::span<const wire::Ipv4Address> more) const;
  void load_hosts();
  void fill_board(worker::Snapshot& snapshot, const config::Settings& settings) const;
  [[nodiscard]] bool needs_clients(const config::Settings& settings) const;
  [[nodiscard]] std::vector<std::string> host_problems(const config::RunTimeHost& host) const;
  [[nodiscard]] std::string refusal_of(const config::RunTimeHost& host,
                                       const std::optional<config::RunTimeHost>& old) const;
  control::HostOutcome set_host(const config::RunTimeHost& host);
  std::vector<std::string> make_place(const config::RunTimeHost& host,
                                      std::optional<wire::Ipv4Address> address);
  std::vector<std::string> go_over_with(std::optional<wire::Ipv4Address> address);
  [[nodiscard]] std::vector<wire::Ipv4Address> those_without_record(const SpareBlock& block);
  void put_on_board(dhcp::BoardHost host);
  void reclaim_board();
  void give_back(wire::Ipv4Address address);
  [[nodiscard]] control::OnDisk host_on_disk(std::uint64_t ticket) const;
  // A file that a machine has got, whole.
  struct Completed {
    wire::MacAddress mac;
    wire::Ipv4Address address;
    std::string file;
    base::Time begun;
  };
  // Zero: not known. For the client watch's thread; reads a disk.
  [[nodiscard]] wire::MacAddress mac_on_disk(wire::Ipv4Address address) const;
  void end_boots_once();
  [[nodiscard]] bool is_boot_once(const config::RunTimeHost& host,
                                  const Completed& completed) const;
  void end_boot_once(config::RunTimeHost host);
  base::Result<void> open_ports(const std::atomic<int>& stop);
  base::Result<void> open_port(std::size_t port);
  base::Result<void> make_workers();
  [[nodiscard]] std::unique_ptr<worker::Snapshot> make_snapshot(const config::Settings& settings);
  void launch_workers();
  base::Result<void> follow_images();
  void count_everything();
  // What the log says too.
  void tell(control::EventType type, std::string_view what, std::string text,
            std::string subject = {});
  void observe_members(std::size_t port);
  void observe_link(std::size_t port, base::Time now);
  void report_store();
  void report_proxies();
  void report_silence(base::Time now);
  void report_wakes();
  // Over all workers: of the counter that `pick` finds among a worker's.
  template <typename Pick>
  [[nodiscard]] std::uint64_t sum(Pick pick) const {
    std::uint64_t sum = 0;
    for (const auto& worker : workers_) sum += std::invoke(pick, worker->counters()).value();
    return sum;
  }
  // Each by its place in its list.
  [[nodiscard]] std::uint64_t dropped(std::size_t reason) const {
    return sum([reason](const worker::Counters& own) -> auto& { return own.drops[reason]; });
  }
  [[nodiscard]] std::uint64_t refused(std::size_t refusal) const {
    return sum([refusal](const worker::Counters& own) -> auto& { return own.refusals[refusal]; });
  }

  [[nodiscard]] dpdk::PortOptions port_options(std::size_t port) const;
  [[nodiscard]] image::LoadOptions image_options() const;
  // What the EAL is asked for, and what the workers' tables take beside it.
  struct MemoryNeed {
    std::uint64_t bytes = 0;
    std::uint64_t spare_bytes = 0;  // for files that come later: asked for, and not insisted on
    std::string holders;
  };
  [[nodiscard]] MemoryNeed memory_need() const;
  // For reloads: what they may add to the addresses and pools of the start.
  [[nodiscard]] lease::Table::Room lease_room() const;
  [[nodiscard]] std::uint64_t client_bytes() const;
  [[nodiscard]] std::uint64_t table_bytes() const;
  [[nodiscard]] base::Error table_shortage(const std::string& but) const;
  // Who polls an open port, and the port queue by which each of them serves it.
  [[nodiscard]] std::vector<worker::WorkerIndex> workers_of_port(std::size_t port) const;
  [[nodiscard]] std::optional<std::uint16_t> queue_of(worker::WorkerIndex worker,
                                                      std::size_t port) const;
  [[nodiscard]] dpdk::SteeringPlan steering_plan(std::size_t port) const;

  // Destroyed from the last to the first: workers before ports, ports before memory, memory before
  // the EAL.
  config::Settings settings_;  // that are served
  const bool take_over_;
  const base::Time begun_ = base::MonotonicClock::now();
  base::HashKey key_ = base::random_key();                 // the database's, where there is one
  std::vector<std::optional<std::uint16_t>> device_mtus_;  // by port
  std::vector<dpdk::InterfaceClaim> claims_;               // of the interfaces among them
  topology::Placement placement_;
  image::Survey images_found_;
  std::unique_ptr<dpdk::Eal> eal_;
  std::unique_ptr<dpdk::EalMemory> memory_;
  std::unique_ptr<ServedImages> images_;
  std::optional<lease::Plan> plan_;  // of the start
  store::HostBook hosts_;            // set at run time
  // Outside of pools, with a record since the last reload, for hosts and those to come.
  std::vector<wire::Ipv4Address> spare_addresses_;
  bool hosts_have_folders_ = false;  // some of their boot files have been in one
  base::MutableBytes lease_memory_;
  std::optional<lease::Tables> tables_;
  std::unique_ptr<LeaseStore> store_;  // null: leases are in memory alone
  base::MutableBytes client_memory_;
  std::optional<lease::ClientStore> clients_;  // where the settings need it
  const digest::HmacSha1 hmac_;
  dhcp::RelayGuard relay_guard_;
  std::vector<std::unique_ptr<dpdk::Port>> ports_;  // as in the settings; null: not opened yet
  // Both written by control, read by abandon(): whether an interface of the kernel has been begun,
  // and before the first, how many ports have been looked at.
  std::atomic<bool> interfaces_begun_{false};
  std::atomic<std::size_t> ports_begun_{0};
  std::unique_ptr<base::Published<worker::Snapshot>> snapshots_;
  std::unique_ptr<worker::HandOverMesh<Queue::Frame>> mesh_;
  std::unique_ptr<worker::ProbeBoard> probes_;
  std::unique_ptr<worker::SolicitationBoard> solicitations_;
  std::vector<std::unique_ptr<Worker>> workers_;    // by number
  std::vector<std::unique_ptr<WorkerLoop>> loops_;  // likewise
  std::vector<LinkWatch> links_;                    // by port
  std::vector<std::vector<std::string>> in_use_;    // likewise: of a bond, who carries frames
  control::EventLog events_;
  std::string store_trouble_;  // as it was told of
  control::Census census_;
  control::Census drops_;
  std::mutex completed_lock_;
  std::vector<Completed> completed_;  // guarded by completed_lock_
  std::uint64_t boots_once_ = 0;      // that are over
  std::uint64_t reloads_ = 0;
  std::uint64_t reloads_refused_ = 0;
  std::string refusal_;         // of the last reload; empty: it was taken, or there was none
  std::uint64_t reloaded_ = 0;  // the mark of the last one
  control::Heartbeat heartbeat_{
      {.mark = [this] { return snapshots_->mark(); },
       .first_behind = [this](std::uint64_t mark) { return snapshots_->first_behind(mark); }}};
  base::Time next_drop_report_{};
  std::vector<bool> proxies_reported_;  // by network, over all ports
  std::atomic<bool> stopping_{false};   // written by control, read by workers once a loop
  std::atomic<bool> draining_{false};   // written by control, read by workers
};

}  // namespace stentor

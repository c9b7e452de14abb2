// SPDX-License-Identifier: BSD-3-Clause
// The start of an appliance, step by step; appliance_check.cc is what it is refused for early, and
// appliance.cc its life afterwards.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <new>
#include <set>

#include "appliance.h"
#include "control/log.h"
#include "dpdk/device_facts.h"
#include "dpdk/interface_devices.h"
#include "file_advice.h"
#include "size_text.h"
#include "topology/host.h"
#include "topology/on_node.h"
#include "worker_figures.h"

namespace stentor {

namespace {

using Nothing = base::Result<void>;

// A library's messages and ours come out as one log.
void log_of_devices(config::LogLevel level, const std::string& line) {
  switch (level) {
    case config::LogLevel::error:
      return control::log_error(line);
    case config::LogLevel::warning:
      return control::log_warning(line);
    case config::LogLevel::info:
      return control::log_info(line);
    case config::LogLevel::debug:
      return control::log_debug(line);
  }
}

// What an interface carries is its own, up to the longest frame that we have a buffer for.
Nothing check_mtus(const config::Port& port, const dpdk::DeviceFacts& facts) {
  for (const config::Network& network : port.networks) {
    if (!facts.mtu || network.mtu <= *facts.mtu) continue;
    const std::string& name = port.device.name;
    if (network.mtu > dpdk::kInterfaceMtuMax) {
      return base::failure(fmt::format(
          "port {}: a network has mtu {}, but Stentor's longest frame carries {} on an interface, "
          "whatever {} has: lower it in the configuration",
          port.name, network.mtu, dpdk::kInterfaceMtuMax, name));
    }
    return base::failure(fmt::format(
        "port {}: a network has mtu {}, but {} has {}: lower it in the configuration, or raise it "
        "with `ip link set {} mtu {}`",
        port.name, network.mtu, name, *facts.mtu, name, network.mtu));
  }
  return {};
}

}  // namespace

// The clock of the day is read for what must grow over restarts alone.
Appliance::Appliance(const config::Settings& settings, bool take_over)
    : settings_(settings),
      take_over_(take_over),
      relay_guard_(hmac_,
                   static_cast<std::uint64_t>(
                       std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch())
                           .count())) {}

base::Result<std::unique_ptr<Appliance>> Appliance::prepare(const config::Settings& settings,
                                                            bool take_over) {
  std::unique_ptr<Appliance> appliance(new Appliance(settings, take_over));
  // The cheap before the long: who is refused should not have waited for it.
  Nothing step = appliance->place_workers();
  if (step) step = appliance->check_ports();
  if (step) step = appliance->survey_images();
  if (step) {
    appliance->plan_leases();
    step = appliance->open_store();
  }
  if (step) {
    step = appliance->start_eal();
  }
  if (step) step = appliance->check_tables();
  if (step) step = appliance->load_images();
  if (step) step = appliance->make_leases();
  if (step && appliance->needs_clients(settings)) step = appliance->make_clients();
  if (!step) return tl::unexpected(std::move(step).error());
  return appliance;
}

Nothing Appliance::serve(const std::atomic<int>& stop) {
  if (auto opened = open_ports(stop); !opened || stop.load() != 0) return opened;
  if (auto made = make_workers(); !made) return made;
  count_everything();
  launch_workers();
  if (auto followed = follow_images(); !followed) return followed;
  tick(base::MonotonicClock::now());
  control::log_info(fmt::format(
      "serving, {} ms after start",
      std::chrono::duration_cast<std::chrono::milliseconds>(base::MonotonicClock::now() - begun_)
          .count()));
  return {};
}

Nothing Appliance::place_workers() {
  std::vector<topology::PortDemand> needs;
  for (const config::Port& port : settings_.ports) {
    const auto facts = dpdk::inspect(port.device, port.queues);
    if (!facts) return base::failure(fmt::format("port {}: {}", port.name, facts.error().sentence));
    if (port.device.kind == config::DeviceKind::interface) {
      auto claim = dpdk::InterfaceClaim::make(port.device.name);
      if (!claim)
        return base::failure(fmt::format("port {}: {}", port.name, claim.error().sentence));
      claims_.push_back(*std::move(claim));
    }
    if (auto carried = check_mtus(port, *facts); !carried) return carried;
    device_mtus_.push_back(facts->mtu);
    needs.push_back({.name = port.name,
                     .node = facts->node,
                     .queues = facts->queues,
                     .every_queue = facts->every_queue});
  }
  auto placement = topology::plan(topology::read_host(), needs, settings_.workers);
  if (!placement) return tl::unexpected(std::move(placement).error());
  placement_ = *std::move(placement);
  for (std::size_t p = 0; p < settings_.ports.size(); ++p) {
    const config::Port& port = settings_.ports[p];
    const unsigned queues = placement_.queues_of(static_cast<std::uint16_t>(p));
    if (!port.queues || *port.queues == queues) continue;
    control::log_warning(
        fmt::format("port {}: {} of its {} queues are used: there are no more workers", port.name,
                    queues, *port.queues));
  }
  for (std::size_t w = 0; w < placement_.workers.size(); ++w) {
    const topology::WorkerPlan& place = placement_.workers[w];
    control::log_info(fmt::format("worker {}: core {}, NUMA node {}, {} port queue{}", w,
                                  place.core, place.node, place.attachments.size(),
                                  place.attachments.size() == 1 ? "" : "s"));
  }
  return {};
}

dpdk::PortOptions Appliance::port_options(std::size_t p) const {
  const config::Port& port = settings_.ports[p];
  dpdk::PortOptions options{.name = port.name,
                            .device = port.device,
                            .queue_nodes = placement_.queue_nodes(static_cast<std::uint16_t>(p)),
                            .workers = static_cast<unsigned>(placement_.workers.size()),
                            .take_over = take_over_,
                            .interrupts = settings_.workers.idle == config::Idle::adaptive,
                            .hears_routers = settings_.dhcp.empty_router_advertisements,
                            .silence = {}};
  // What a worker may hold of one queue: a burst, a transmit batch, and full rings from its peers.
  options.frames_held = static_cast<unsigned>(
      Worker::kBurst + worker::TransmitBatch<Queue>::kFrames +
      worker::HandOverMesh<Queue::Frame>::kRingFrames * (placement_.workers.size() - 1));
  options.mtu = device_mtus_[p].value_or(0);
  for (const config::Network& network : port.networks) {
    options.mtu = std::max(options.mtu, network.mtu);
    if (network.vlan.inner != 0) {
      options.mtu_under_two = std::max(options.mtu_under_two, network.mtu);
    }
    options.silence.addresses.push_back(network.address.address);
  }
  options.silence.udp_ports = {{67, 67}, {69, 69}, {4011, 4011}};
  if (!settings_.tftp.single_port) {
    options.silence.udp_ports.push_back({settings_.tftp.port_first, settings_.tftp.port_last});
  }
  return options;
}

Nothing Appliance::start_eal() {
  MemoryNeed need = memory_need();
  dpdk::EalOptions options{.control_core = placement_.control_core,
                           .worker_cores = {},
                           .hugepages = settings_.workers.hugepages,
                           .hugepage_bytes_max = settings_.workers.hugepage_bytes_max,
                           .memory_bytes = need.bytes,
                           .spare_bytes = need.spare_bytes,
                           .memory_holders = std::move(need.holders),
                           .devices = {}};
  for (const topology::WorkerPlan& place : placement_.workers) {
    options.worker_cores.push_back(place.core);
  }
  for (const config::Port& port : settings_.ports) {
    const auto devices = port.device.devices();
    options.devices.insert(options.devices.end(), devices.begin(), devices.end());
  }
  auto eal = dpdk::Eal::start(options, log_of_devices);
  if (!eal) return tl::unexpected(std::move(eal).error());
  eal_ = *std::move(eal);
  memory_ = std::make_unique<dpdk::EalMemory>(placement_.workers.front().node);
  return {};
}

Nothing Appliance::load_images() {
  control::log_info(fmt::format("images: reading {} files, {}, from {}", images_found_.files,
                                mebibytes(images_found_.bytes), settings_.images.root));
  auto loaded = image::load(image_options(), *memory_);
  if (!loaded) return tl::unexpected(std::move(loaded).error());
  for (const image::Rejected& rejected : loaded->rejected) {
    control::log_warning(fmt::format("image {} is left out: {}", rejected.path, rejected.reason));
  }
  const image::Generation& generation = *loaded->generation;
  for (const image::CaseClash& clash : image::case_clashes(generation)) {
    control::log_warning(clash_advice(clash));
  }
  std::uint64_t bytes = 0;
  for (const image::Image* image : generation.images()) bytes += image->bytes.size();
  control::log_info(
      fmt::format("images: {} files, {} from {} in {}; {}", generation.size(), mebibytes(bytes),
                  settings_.images.root, memory_->kind(),
                  loaded->manifest.empty()
                      ? std::string("no manifest")
                      : fmt::format("{} verified by {}", loaded->verified, loaded->manifest)));
  images_ = std::make_unique<ServedImages>(*std::move(loaded), *memory_);
  return {};
}

Nothing Appliance::make_leases() {
  const std::size_t bytes = lease::Table::bytes_needed(*plan_, lease_room());
  lease_memory_ = memory_->allocate(bytes);
  if (lease_memory_.empty()) {
    return base::failure(
        fmt::format("the lease table for {} addresses needs {} and there is no such run of memory "
                    "left; reserve "
                    "more hugepages (drivers-config/hugepages.sh) or make the pools smaller",
                    plan_->slots(), mebibytes(bytes)));
  }
  std::ranges::fill(lease_memory_, std::uint8_t{0});
  return {};
}

// Before anything that takes long: another stentord may have the database.
Nothing Appliance::open_store() {
  if (plan_->slots() == 0 || settings_.leases.durability == config::Durability::memory) return {};
  auto opened = LeaseStore::open(settings_.leases);
  if (!opened) return tl::unexpected(std::move(opened).error());
  store_ = *std::move(opened);
  key_ = store_->owner_key();
  if (auto loaded = store_->load_hosts(hosts_); !loaded) return loaded;
  load_hosts();
  return {};
}

Nothing Appliance::make_clients() {
  client_memory_ = memory_->allocate(client_bytes());
  if (client_memory_.empty()) {
    return base::failure(fmt::format(
        "what TFTP must know of clients, for {} addresses, needs {} and there is no such run of "
        "memory left; reserve more hugepages (drivers-config/hugepages.sh) or make the pools "
        "smaller",
        plan_->slots(), mebibytes(client_bytes())));
  }
  std::ranges::fill(client_memory_, std::uint8_t{0});
  clients_.emplace(plan_->slots() + lease_room().slots, client_memory_, key_);
  return {};
}

Nothing Appliance::open_ports(const std::atomic<int>& stop) {
  ports_.resize(settings_.ports.size());
  links_.resize(ports_.size());
  in_use_.resize(ports_.size());
  for (const bool interfaces : {false, true}) {
    for (std::size_t p = 0; p < ports_.size(); ++p) {
      const bool is_interface = settings_.ports[p].device.kind == config::DeviceKind::interface;
      if (is_interface != interfaces) continue;
      // Before `stop` is read: abandon() comes after it was set, and one of the two sees the other.
      if (is_interface) interfaces_begun_.store(true);
      if (stop.load() != 0) return {};
      ports_begun_.store(p + 1);
      if (auto opened = open_port(p); !opened) return opened;
    }
  }
  return {};
}

Nothing Appliance::open_port(std::size_t p) {
  auto port = dpdk::Port::open(port_options(p), log_of_devices);
  if (!port) return tl::unexpected(std::move(port).error());
  ports_[p] = *std::move(port);
  const std::string steering = ports_[p]->steer(steering_plan(p));
  control::log_info(
      fmt::format("port {}: {}, {} queue{}, MAC {}, {}{}{}", settings_.ports[p].name,
                  ports_[p]->description(), ports_[p]->queue_count(),
                  ports_[p]->queue_count() == 1 ? "" : "s", ports_[p]->traits().mac.text().view(),
                  ports_[p]->division_of_work(), steering.empty() ? "" : ", ", steering));
  return {};
}

bool Appliance::abandon() {
  if (interfaces_begun_.load()) return false;
  // What a port after them has at its path is not ours.
  for (std::size_t p = 0; p < ports_begun_.load(); ++p) dpdk::Port::abandon(port_options(p));
  return true;
}

std::optional<std::uint16_t> Appliance::queue_of(worker::WorkerIndex worker, std::size_t p) const {
  // The first one, as the worker itself has it (worker/worker.h, lane_of()).
  for (const topology::QueueRef& attachment : placement_.workers[worker].attachments) {
    if (attachment.port != p || attachment.queue >= ports_[p]->queue_count()) continue;
    return static_cast<std::uint16_t>(attachment.queue);
  }
  return std::nullopt;
}

std::vector<worker::WorkerIndex> Appliance::workers_of_port(std::size_t p) const {
  std::vector<worker::WorkerIndex> workers;
  for (std::size_t w = 0; w < placement_.workers.size(); ++w) {
    const auto index = static_cast<worker::WorkerIndex>(w);
    if (queue_of(index, p)) workers.push_back(index);
  }
  return workers;
}

dpdk::SteeringPlan Appliance::steering_plan(std::size_t p) const {
  const worker::PortSteering steering = worker::make_steering(settings_.tftp, workers_of_port(p));
  dpdk::SteeringPlan plan{.workers = steering.workers.size(), .slices = {}, .tag_counts = {}};
  for (std::size_t i = 0; i < steering.workers.size() && !steering.is_single_port(); ++i) {
    const std::uint16_t first = steering.first_port_of(i);
    const auto last = static_cast<std::uint16_t>(first + (steering.slice - 1));
    plan.slices.push_back({{first, last}, *queue_of(steering.workers[i], p)});
  }
  std::set<unsigned> tag_counts;
  for (const config::Network& network : settings_.ports[p].networks) {
    tag_counts.insert((network.vlan.outer != 0 ? 1u : 0u) + (network.vlan.inner != 0 ? 1u : 0u));
  }
  plan.tag_counts.assign(tag_counts.begin(), tag_counts.end());
  return plan;
}

Nothing Appliance::make_workers() {
  const base::Time now = base::MonotonicClock::now();
  tables_.emplace(*plan_, lease_memory_, lease_room());
  if (store_) {
    if (auto loaded = store_->load(*tables_, now); !loaded) return loaded;
    store_->start(*tables_, hosts_, placement_.workers.size());
  }
  const std::span<const worker::StoreEnd> stores =
      store_ ? store_->ends() : std::span<const worker::StoreEnd>{};
  auto snapshot = make_snapshot(settings_);
  snapshot->leases = &tables_->current();
  snapshots_ = std::make_unique<base::Published<worker::Snapshot>>(std::move(snapshot),
                                                                   placement_.workers.size());
  mesh_ = std::make_unique<worker::HandOverMesh<Queue::Frame>>(placement_.workers.size());
  probes_ = std::make_unique<worker::ProbeBoard>(
      placement_.workers.size() * worker::ParkedRequests::kCapacity, config::kNetworksMax, key_);
  solicitations_ = std::make_unique<worker::SolicitationBoard>(config::kNetworksMax, key_[0]);
  base::Random seeds(base::random_key()[0]);
  for (std::size_t w = 0; w < placement_.workers.size(); ++w) {
    std::vector<worker::Attachment<Queue>> attachments;
    std::vector<Queue*> queues;
    for (const topology::QueueRef& attachment : placement_.workers[w].attachments) {
      dpdk::Port& port = *ports_[attachment.port];
      if (attachment.queue >= port.queue_count()) continue;
      attachments.push_back({.port = static_cast<worker::PortIndex>(attachment.port),
                             .queue = &port.queue(attachment.queue),
                             .number = static_cast<std::uint16_t>(attachment.queue)});
      queues.push_back(attachments.back().queue);
    }
    const topology::OnNode on_node(placement_.workers[w].node);
    try {
      workers_.push_back(std::make_unique<Worker>(
          static_cast<worker::WorkerIndex>(w), attachments,
          worker::Shared<Queue>{*snapshots_, *mesh_, *probes_, *solicitations_, key_, stores},
          settings_.tftp.transfers_max, seeds.next(), now));
    } catch (const std::bad_alloc&) {
      // A limit that check_tables() does not know, or somebody else was faster.
      return tl::unexpected(table_shortage("and the kernel does not give that much"));
    }
    loops_.push_back(std::make_unique<WorkerLoop>(*workers_.back(), mesh_->faces()[w], queues,
                                                  settings_.workers.idle));
    if (loops_.back()->is_woken()) {
      control::log_info(fmt::format("worker {}: its devices wake it when it is idle", w));
    }
  }
  return {};
}

void Appliance::count_everything() {
  for (const WorkerFigure& figure : worker_figures()) {
    census_.add(
        {std::string(figure.name), [this, counter = figure.counter] { return sum(counter); }});
  }
  for (std::size_t refusal = 0; refusal < tftp::kRefusalCount; ++refusal) {
    census_.add({"refused " + std::string(tftp::kRefusals[refusal].name),
                 [this, refusal] { return refused(refusal); }});
  }
  census_.add({"reloads", [this] { return reloads_; }});
  census_.add({"reloads_refused", [this] { return reloads_refused_; }});
  census_.add({"images_added", [this] { return images_->counts().added; }});
  census_.add({"images_replaced", [this] { return images_->counts().replaced; }});
  census_.add({"images_removed", [this] { return images_->counts().removed; }});
  census_.add({"images_retired_in_memory", [this] { return images_->retired(); }});
  for (std::size_t reason = 0; reason < wire::kDropReasonCount; ++reason) {
    const auto read = [this, reason] { return dropped(reason); };
    const std::string name(wire::kDropReasons[reason].name);
    census_.add({"dropped " + name, read});
    drops_.add({name, read});
  }
  for (std::size_t p = 0; p < ports_.size(); ++p) {
    const auto of_port = [this, p](auto member) {
      return [this, p, member] { return ports_[p]->statistics().*member; };
    };
    using Statistics = dpdk::PortStatistics;
    const std::string name = settings_.ports[p].name;
    // What an idle port does not have back is with its device (sent, and not yet reported as such),
    // or it is a leak.
    census_.add(
        {name + " buffers out since start", [this, p, at_start = ports_[p]->frames_in_use()] {
           const unsigned now = ports_[p]->frames_in_use();
           return std::uint64_t{now > at_start ? now - at_start : 0};
         }});
    drops_.add({name + " receive queue full", of_port(&Statistics::missed)});
    drops_.add({name + " no receive buffer", of_port(&Statistics::no_memory)});
    drops_.add({name + " receive errors", of_port(&Statistics::receive_errors)});
    drops_.add({name + " send errors", of_port(&Statistics::send_errors)});
    drops_.add({name + " refused by the driver", [this, p] { return ports_[p]->rejected(); }});
  }
}

}  // namespace stentor

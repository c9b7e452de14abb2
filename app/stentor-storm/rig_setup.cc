// SPDX-License-Identifier: BSD-3-Clause
// The start of a rig, step by step; rig.cc is its life afterwards.
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>
#include <set>

#include "base/check.h"
#include "control/log.h"
#include "dpdk/device_facts.h"
#include "rig.h"
#include "topology/host.h"

namespace stentor::rig {
namespace {

using Nothing = base::Result<void>;

// A switch port takes seconds to forward, a peer of memif or vhost to connect.
constexpr base::Duration kLinkPatience = std::chrono::seconds{15};
constexpr base::Duration kLinkTick = std::chrono::milliseconds{50};

// What DPDK keeps for itself, beside the port's pools.
constexpr std::uint64_t kOwnBytes = std::uint64_t{48} << 20;

// Devices speak of what went wrong; that they opened is no news here.
void log_of_devices(config::LogLevel level, const std::string& line) {
  if (level == config::LogLevel::error) control::log_error(line);
  if (level == config::LogLevel::warning) control::log_warning(line);
}

std::set<wire::Ipv4Address> kernel_addresses() {
  std::set<wire::Ipv4Address> addresses;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return addresses;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    sockaddr_in address{};
    std::memcpy(&address, entry->ifa_addr, sizeof address);
    addresses.insert(wire::Ipv4Address{ntohl(address.sin_addr.s_addr)});
  }
  return addresses;
}

// The kernel answers for its own addresses alone, and machines get theirs from the server. A relay
// may well have been given an address of the host: then the kernel stays silent about it.
dpdk::SilenceRules silence_for(const storm::Scenario& scenario) {
  const std::set<wire::Ipv4Address> ours = kernel_addresses();
  dpdk::SilenceRules rules;
  for (const storm::Group& group : scenario.groups) {
    for (const storm::RelaySite& relay : group.relays) {
      if (ours.contains(relay.address) && rules.addresses.size() < dpdk::kSilencedAddressesMax &&
          std::ranges::find(rules.addresses, relay.address) == rules.addresses.end()) {
        rules.addresses.push_back(relay.address);
      }
    }
  }
  // DHCP as relays receive it, and TFTP as their machines do.
  rules.udp_ports = {{67, 68}, {1024, 65535}};
  return rules;
}

}  // namespace

base::Result<std::unique_ptr<Rig>> Rig::open(const PortRequest& request,
                                             const storm::Scenario& scenario,
                                             Interrupt& interrupt) {
  std::unique_ptr<Rig> rig(new Rig(interrupt));
  Nothing step = rig->place(request);
  if (step) step = rig->start(request, scenario);
  if (step) step = rig->wait_for_link();
  if (!step) return tl::unexpected(std::move(step).error());
  return rig;
}

Nothing Rig::place(const PortRequest& request) {
  CHECK(request.device);  // command_fit.h has seen to it
  device_ = *request.device;
  const auto facts = dpdk::inspect(device_, std::nullopt);
  if (!facts) return base::failure("--port: " + facts.error().sentence);
  mtu_ = facts->mtu.value_or(mtu_);
  if (device_.kind == config::DeviceKind::interface) {
    auto claim = dpdk::InterfaceClaim::make(device_.name);
    if (!claim) return base::failure("--port: " + claim.error().sentence);
    claim_ = *std::move(claim);
  }
  // A core polls one queue: an interface is brought to as many as there are cores.
  auto placement = topology::plan(topology::read_host(),
                                  {{.name = "storm", .node = facts->node, .queues = facts->queues}},
                                  request.workers, "--cores");
  if (!placement) return tl::unexpected(placement.error());
  placement_ = *std::move(placement);
  const std::size_t cores = placement_.workers.size();
  const std::uint16_t queues = placement_.queues_of(0);
  // With a number of queues in its arguments, a virtual device is made with all of them.
  const bool all_needed =
      facts->every_queue && device_.kind == config::DeviceKind::vdev && facts->queues != cores;
  if (queues != cores || all_needed) {
    return base::failure(fmt::format(
        "--port: the device `{}` has {} queue{}, and {} core{} to poll {}, one each: name as many "
        "cores by --cores as it has queues",
        device_.text, facts->queues, facts->queues == 1 ? "" : "s", cores,
        cores == 1 ? " is" : "s are", facts->queues == 1 ? "it" : "them"));
  }
  return {};
}

dpdk::PortOptions Rig::port_options(const PortRequest& request,
                                    const storm::Scenario& scenario) const {
  // What a core may hold of its queue: a burst, frames to be sent, and full rings from its peers.
  const std::size_t held =
      Crew::kBurst + Crew::kHeld +
      worker::HandOverMesh<Queue::Frame>::kRingFrames * (placement_.workers.size() - 1);
  return {.name = "storm",
          .device = device_,
          .queue_nodes = placement_.queue_nodes(0),
          .mtu = mtu_,
          .frames_held = static_cast<unsigned>(held),
          .workers = static_cast<unsigned>(placement_.workers.size()),
          .take_over = request.yes_really,
          .take_over_flag = "--yes-really",
          .promiscuous = true,
          .silence = silence_for(scenario)};
}

Nothing Rig::start(const PortRequest& request, const storm::Scenario& scenario) {
  const dpdk::PortOptions options = port_options(request, scenario);
  if (auto checked = dpdk::Port::check(options); !checked) return checked;
  dpdk::EalOptions eal{.control_core = placement_.control_core,
                       .worker_cores = {},
                       .hugepages = request.workers.hugepages,
                       .hugepage_bytes_max = request.workers.hugepage_bytes_max,
                       .memory_bytes = kOwnBytes + dpdk::Port::memory_bytes(options),
                       .devices = {device_}};
  for (const topology::WorkerPlan& worker : placement_.workers) {
    eal.worker_cores.push_back(worker.core);
  }
  auto started = dpdk::Eal::start(eal, log_of_devices);
  if (!started) return tl::unexpected(std::move(started).error());
  eal_ = *std::move(started);
  auto port = dpdk::Port::open(options, log_of_devices);
  if (!port) {
    std::string sentence = std::move(port).error().sentence;
    if (device_.kind == config::DeviceKind::vdev) {
      sentence += " Is the process at the other end running, and are the device's arguments right?";
    }
    return base::failure(std::move(sentence));
  }
  port_ = *std::move(port);
  if (port_->queue_count() < placement_.workers.size()) {
    return base::failure(
        fmt::format("--port: the device `{}` has {} queues for {} cores: name fewer by --cores",
                    device_.text, port_->queue_count(), placement_.workers.size()));
  }
  return {};
}

// Before a storm, when nobody else polls: a bond's other end hears of it by LACP.
void Rig::keep_up() {
  if (device_.kind != config::DeviceKind::bond) return;
  port_->watch_members();
  for (std::uint16_t queue = 0; queue < port_->queue_count(); ++queue) {
    std::array<Queue::Frame, Crew::kBurst> frames;
    const std::size_t count = port_->queue(queue).receive(frames);
    for (std::size_t i = 0; i < count; ++i) port_->queue(queue).release(frames[i]);
  }
}

Nothing Rig::wait_for_link() {
  const base::Time end = base::MonotonicClock::now() + kLinkPatience;
  for (;;) {
    keep_up();
    if (port_->link_up()) break;
    if (interrupt_.wait(kLinkTick)) {
      return base::failure("interrupted while the link was down; there was no storm");
    }
    if (base::MonotonicClock::now() >= end) {
      return base::failure(fmt::format(
          "--port: the link of `{}` does not come up within {} s: is the cable in, the other side "
          "up, or the process at the other end of its socket running?",
          device_.text, std::chrono::duration_cast<std::chrono::seconds>(kLinkPatience).count()));
    }
  }
  return {};
}

}  // namespace stentor::rig

// SPDX-License-Identifier: BSD-3-Clause
#include "appliance.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "control/log.h"
#include "worker_figures.h"

namespace stentor {

namespace {

// Drops are logged at most this often, as what was added since.
constexpr base::Duration kDropReportPeriod = std::chrono::seconds{10};
// At the end, with a file that is being read.
constexpr base::Duration kReadPatience = std::chrono::seconds{2};

}  // namespace

void Appliance::launch_workers() {
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    eal_->launch(static_cast<unsigned>(i), [this, i] { loops_[i]->run(stopping_); });
  }
}

base::Result<void> Appliance::follow_images() {
  const config::Watch& watch = settings_.images.watch;
  if (!watch.is_on) return {};
  return images_->follow({.load = image_options(), .settle = watch.settle, .poll = watch.poll},
                         {.mark = [this] { return snapshots_->mark(); },
                          .passed = [this](std::uint64_t mark) { return snapshots_->passed(mark); },
                          .is_in_use =
                              [this](const image::Image& image) {
                                return std::ranges::any_of(workers_, [&](const auto& worker) {
                                  return worker->uses(image);
                                });
                              },
                          .change_pools =
                              [this] {
                                for (const auto& port : ports_) port->change_segments();
                              },
                          .segments_out =
                              [this] {
                                unsigned count = 0;
                                for (const auto& port : ports_) count += port->old_segments_out();
                                return count;
                              },
                          .release = {}});
}

void Appliance::tick(base::Time now) {
  for (std::size_t p = 0; p < ports_.size(); ++p) {
    observe_members(p);
    observe_link(p, now);
  }
  report_wakes();
  settle();
  end_boots_once();
  reclaim_board();
  images_->tick(now);
  if (store_) store_->tick(now);
  report_store();
  report_proxies();
  report_silence(now);
  if (now < next_drop_report_) return;
  next_drop_report_ = now + kDropReportPeriod;
  const std::vector<control::Change> changes = drops_.changes();
  if (!changes.empty()) control::log_info("dropped: " + control::text_of(changes));
}

void Appliance::set_draining(bool is_draining) {
  // Relaxed: it goes with nothing else.
  if (draining_.exchange(is_draining, std::memory_order_relaxed) == is_draining) return;
  control::log_info(
      is_draining
          ? fmt::format("draining: nothing new begins; transfers that go on: {}", live_transfers())
          : "no longer draining: all is served");
}

std::uint64_t Appliance::live_transfers() const {
  std::uint64_t sum = 0;
  for (const auto& worker : workers_) sum += stentor::live_transfers(worker->counters());
  return sum;
}

void Appliance::tell(control::EventType type, std::string_view what, std::string text,
                     std::string subject) {
  events_.add(control::Event{.type = type,
                             .what = what,
                             .utc_ms = control::utc_milliseconds(),
                             .subject = std::move(subject),
                             .text = std::move(text)});
}

// A switch further away learns from our ARP by which leg we are reached now.
void Appliance::observe_members(std::size_t p) {
  ports_[p]->watch_members();
  auto now = ports_[p]->members_in_use();
  if (!now || *now == in_use_[p]) return;
  in_use_[p] = *std::move(now);
  const config::Port& port = settings_.ports[p];
  const std::string text = in_use_[p].empty() ? "no device of the bond carries frames"
                                              : fmt::format("the bond carries frames by {}",
                                                            fmt::join(in_use_[p], " and "));
  const bool is_whole = in_use_[p].size() == port.device.members.size() ||
                        port.device.mode == config::BondMode::active_backup;
  const std::string line = fmt::format("port {}: {}", port.name, text);
  is_whole && !in_use_[p].empty() ? control::log_info(line) : control::log_warning(line);
  tell(control::EventType::port, "bond", text, port.name);
  if (in_use_[p].empty()) return;
  for (const auto& worker : workers_) worker->announce(static_cast<worker::PortIndex>(p));
}

void Appliance::observe_link(std::size_t p, base::Time now) {
  const std::string& name = settings_.ports[p].name;
  const LinkWatch::Change change = links_[p].observe(ports_[p]->link_up(), now);
  if (change == LinkWatch::Change::up) {
    control::log_info(fmt::format("port {}: link is up", name));
    tell(control::EventType::port, "up", "link is up", name);
  }
  if (change == LinkWatch::Change::down) {
    control::log_warning(fmt::format("port {}: link is down; its clients wait", name));
    tell(control::EventType::port, "down", "link is down; its clients wait", name);
  }
  if (!links_[p].due(now)) return;
  for (const auto& worker : workers_) worker->announce(static_cast<worker::PortIndex>(p));
}

// The store logs its troubles itself.
void Appliance::report_store() {
  if (!store_ || store_->trouble() == store_trouble_) return;
  store_trouble_ = store_->trouble();
  const bool is_over = store_trouble_.empty();
  tell(control::EventType::alarm, is_over ? "cleared" : "raised",
       is_over ? "leases reach the disk again" : store_trouble_);
}

void Appliance::report_silence(base::Time now) {
  const control::Heartbeat::Change change = heartbeat_.tick(now);
  if (change == control::Heartbeat::Change::stopped) {
    const std::size_t worker = *heartbeat_.silent();
    std::string text = fmt::format(
        "worker {} on core {} does not loop; its clients wait. Look for what has the core", worker,
        placement_.workers[worker].core);
    control::log_error(text);
    tell(control::EventType::alarm, "raised", std::move(text));
  }
  if (change == control::Heartbeat::Change::back) {
    control::log_info("all workers loop again");
    tell(control::EventType::alarm, "cleared", "all workers loop again");
  }
}

// Networks where conflict checks have ended, each once.
void Appliance::report_proxies() {
  std::size_t index = 0;
  for (const config::Port& port : settings_.ports) {
    for (const config::Network& network : port.networks) {
      const std::size_t at = index++;
      proxies_reported_.resize(std::max(proxies_reported_.size(), at + 1));
      if (proxies_reported_[at]) continue;
      const auto proxy = probes_->proxy_of(static_cast<dhcp::NetworkIndex>(at));
      if (!proxy) continue;
      proxies_reported_[at] = true;
      std::string text = fmt::format(
          "port {}, network {}/{}: {} answers ARP for addresses that nobody has (proxy ARP); "
          "addresses "
          "are no longer checked there before they are offered. Switch proxy ARP off on it, or set "
          "dhcp.conflict-check to none",
          port.name, network.address.address.text().view(), network.address.length,
          proxy->text().view());
      control::log_warning(text);
      tell(control::EventType::alarm, "raised", std::move(text));
    }
  }
}

void Appliance::report_wakes() {
  for (std::size_t w = 0; w < loops_.size(); ++w) {
    if (!loops_[w]->take_disappointment()) continue;
    control::log_warning(
        fmt::format("worker {}: frames came and its devices did not wake it; it looks for them by "
                    "itself when idle",
                    w));
  }
}

void Appliance::end_workers() {
  stopping_.store(true, std::memory_order_relaxed);
  if (eal_) eal_->wait();
}

Appliance::~Appliance() {
  end_workers();
  end_boots_once();
  for (const auto& worker : workers_) worker->release_frames();
  loops_.clear();
  workers_.clear();
  // Devices may hold frames that refer to image bytes: they close before the images go.
  ports_.clear();
  if (store_ && !store_->stop()) {
    control::log_error("leases: the disk does not answer; it is not waited for");
    std::_Exit(1);
  }
  if (images_ && !images_->stop(kReadPatience)) {
    // What outlives the process is undone by now, and a file server need not answer.
    control::log_warning("images: a file is still being read; it is not waited for");
    std::_Exit(0);
  }
  images_.reset();
  tables_.reset();
  if (!lease_memory_.empty()) memory_->release(lease_memory_);
}

}  // namespace stentor

// SPDX-License-Identifier: BSD-3-Clause
// Status, workers, ports and reasons; appliance_report_leases.cc and appliance_metrics.cc are the
// rest.
#include "appliance_report.h"

#include <fmt/format.h>

#include "worker_figures.h"

namespace stentor {

namespace {

std::string text_of(const config::Network& network) {
  std::string text =
      fmt::format("{}/{}", network.address.address.text().view(), network.address.length);
  if (network.vlan.outer != 0) text += fmt::format(" vlan {}", network.vlan.outer);
  if (network.vlan.inner != 0) text += fmt::format(".{}", network.vlan.inner);
  return text;
}

const char* name_of(config::Durability durability) {
  switch (durability) {
    case config::Durability::commit:
      return "commit";
    case config::Durability::async:
      return "async";
    case config::Durability::memory:
      return "memory";
  }
  return "";
}

// `texts`: of each reason; `sum_of`: how often it was, by its place.
template <typename Texts, typename SumOf>
std::vector<control::ReasonRow> reason_rows(const Texts& texts, SumOf sum_of) {
  std::vector<control::ReasonRow> rows;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    rows.push_back({texts[i].name, texts[i].meaning, sum_of(i)});
  }
  return rows;
}

}  // namespace

control::StatusRow ApplianceReport::status() const {
  control::StatusRow row{.version = STENTOR_VERSION,
                         .uptime = base::MonotonicClock::now() - appliance_.begun_,
                         .problems = problems(),
                         .workers = appliance_.workers_.size(),
                         .ports = appliance_.ports_.size(),
                         .generation = appliance_.images_->generation().number(),
                         .images = appliance_.images_->generation().size(),
                         .images_rejected = appliance_.images_->rejected().count,
                         .addresses = appliance_.tables_->configured().slots(),
                         .durability = name_of(appliance_.settings_.leases.durability),
                         .figures = {}};
  for (const auto& port : appliance_.ports_) row.ports_up += port->link_up() ? 1u : 0u;
  row.transfers = appliance_.live_transfers();
  row.is_draining = appliance_.draining_.load();
  for (const WorkerFigure& figure : worker_figures()) {
    row.figures.push_back({figure.name, appliance_.sum(figure.counter)});
  }
  return row;
}

std::vector<std::string> ApplianceReport::problems() const {
  std::vector<std::string> problems;
  for (std::size_t p = 0; p < appliance_.ports_.size(); ++p) {
    if (appliance_.ports_[p]->link_up()) continue;
    problems.push_back(
        fmt::format("port {}: link is down; its clients wait", appliance_.settings_.ports[p].name));
  }
  if (const auto worker = appliance_.heartbeat_.silent()) {
    problems.push_back(fmt::format("worker {} on core {} does not loop; its clients wait", *worker,
                                   appliance_.placement_.workers[*worker].core));
  }
  if (appliance_.store_ && !appliance_.store_->trouble().empty()) {
    problems.push_back(appliance_.store_->trouble());
  }
  if (!appliance_.refusal_.empty()) {
    problems.push_back("the last reload was refused, the configuration of before serves: " +
                       appliance_.refusal_);
  }
  if (const auto rejected = appliance_.images_->rejected().count; rejected != 0) {
    problems.push_back(fmt::format(
        "{} files are not served: `stentorctl images list` says which and why", rejected));
  }
  return problems;
}

std::vector<control::WorkerRow> ApplianceReport::workers() const {
  std::vector<control::WorkerRow> rows;
  for (std::size_t w = 0; w < appliance_.workers_.size(); ++w) {
    const topology::WorkerPlan& place = appliance_.placement_.workers[w];
    const worker::Counters& counters = appliance_.workers_[w]->counters();
    control::WorkerRow& row = rows.emplace_back();
    row.core = place.core;
    row.node = place.node;
    row.transfers = live_transfers(counters);
    for (const topology::QueueRef& at : place.attachments) {
      row.queues.push_back(
          fmt::format("{}/{}", appliance_.settings_.ports[at.port].name, at.queue));
    }
    for (const WorkerFigure& figure : worker_figures()) {
      row.figures.push_back({figure.name, (counters.*figure.counter).value()});
    }
  }
  return rows;
}

std::vector<control::PortRow> ApplianceReport::ports() const {
  std::vector<control::PortRow> rows;
  for (std::size_t p = 0; p < appliance_.ports_.size(); ++p) {
    const config::Port& configured = appliance_.settings_.ports[p];
    dpdk::Port& port = *appliance_.ports_[p];
    const dpdk::PortStatistics seen = port.statistics();
    control::PortRow& row = rows.emplace_back();
    row.name = configured.name;
    row.device = port.description();
    row.mac = port.traits().mac.text().view();
    row.is_up = port.link_up();
    row.devices_in_use = port.members_in_use();
    row.queues = port.queue_count();
    for (const config::Network& network : configured.networks) {
      row.networks.push_back(text_of(network));
    }
    row.figures = {
        {"frames_received", seen.frames_received}, {"bytes_received", seen.bytes_received},
        {"frames_sent", seen.frames_sent},         {"bytes_sent", seen.bytes_sent},
        {"receive_queue_full", seen.missed},       {"no_receive_buffer", seen.no_memory},
        {"receive_errors", seen.receive_errors},   {"send_errors", seen.send_errors},
        {"refused_by_driver", port.rejected()}};
  }
  return rows;
}

std::vector<control::ReasonRow> ApplianceReport::drops() const {
  return reason_rows(wire::kDropReasons,
                     [this](std::size_t reason) { return appliance_.dropped(reason); });
}

std::vector<control::ReasonRow> ApplianceReport::refusals() const {
  return reason_rows(tftp::kRefusals,
                     [this](std::size_t refusal) { return appliance_.refused(refusal); });
}

config::Source ApplianceReport::config() const {
  const auto& source = appliance_.settings_.source;
  return source != nullptr ? *source : config::Source{};
}

image::RejectedFiles ApplianceReport::rejected_images() const {
  return appliance_.images_->rejected();
}

std::shared_ptr<const image::Generation> ApplianceReport::borrow_images() {
  return appliance_.images_->borrow();
}

}  // namespace stentor

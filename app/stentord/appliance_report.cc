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

}  // namespace

std::uint64_t ApplianceReport::sum(base::Counter worker::Counters::*counter) const {
  std::uint64_t sum = 0;
  for (const auto& worker : appliance_.workers_) sum += (worker->counters().*counter).value();
  return sum;
}

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
  for (const auto& worker : appliance_.workers_)
    row.transfers += live_transfers(worker->counters());
  for (const WorkerFigure& figure : worker_figures()) {
    row.figures.push_back({figure.name, sum(figure.counter)});
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
    row.queues = port.queue_count();
    for (const config::Network& network : configured.networks) {
      row.networks.push_back(text_of(network));
    }
    std::uint64_t refused = 0;
    for (std::uint16_t q = 0; q < port.queue_count(); ++q) refused += port.queue(q).rejected();
    row.figures = {{"frames_received", seen.frames_received},
                   {"bytes_received", seen.bytes_received},
                   {"frames_sent", seen.frames_sent},
                   {"bytes_sent", seen.bytes_sent},
                   {"receive_queue_full", seen.missed},
                   {"no_receive_buffer", seen.no_memory},
                   {"receive_errors", seen.receive_errors},
                   {"send_errors", seen.send_errors},
                   {"refused_by_driver", refused}};
  }
  return rows;
}

std::vector<control::ReasonRow> ApplianceReport::drops() const {
  std::vector<control::ReasonRow> rows;
  for (std::size_t reason = 0; reason < wire::kDropReasonCount; ++reason) {
    const wire::DropReasonText& text = wire::kDropReasons[reason];
    control::ReasonRow& row = rows.emplace_back(control::ReasonRow{text.name, text.meaning});
    for (const auto& worker : appliance_.workers_) {
      row.count += worker->counters().drops[reason].value();
    }
  }
  return rows;
}

std::vector<control::ReasonRow> ApplianceReport::refusals() const {
  std::vector<control::ReasonRow> rows;
  for (std::size_t refusal = 0; refusal < tftp::kRefusalCount; ++refusal) {
    const tftp::RefusalText& text = tftp::kRefusals[refusal];
    control::ReasonRow& row = rows.emplace_back(control::ReasonRow{text.name, text.meaning});
    for (const auto& worker : appliance_.workers_) {
      row.count += worker->counters().refusals[refusal].value();
    }
  }
  return rows;
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

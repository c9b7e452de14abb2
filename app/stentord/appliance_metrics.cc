// SPDX-License-Identifier: BSD-3-Clause
// The appliance's figures as Prometheus has them. Names and meanings are documented in README.md,
// which a test compares with what is served.
#include "appliance_report.h"
#include "worker_figures.h"

namespace stentor {

namespace {

using Kind = control::MetricFamily::Kind;
using Families = std::vector<control::MetricFamily>;

double number(std::uint64_t count) { return static_cast<double>(count); }

void add_one(Families& families, const char* name, const char* help, Kind kind, double value) {
  families.push_back({name, help, kind, {{.value = value}}});
}

void add_reasons(Families& families, const char* name, const char* help,
                 const std::vector<control::ReasonRow>& rows) {
  control::MetricFamily& family = families.emplace_back();
  family.name = name;
  family.help = help;
  for (const control::ReasonRow& row : rows) {
    family.samples.push_back({{{"reason", std::string(row.name)}}, number(row.count)});
  }
}

// A sample for each that `workers` points to.
template <typename Workers>
void add_workers(Families& families, const Workers& workers) {
  for (const WorkerFigure& figure : worker_figures()) {
    control::MetricFamily& family = families.emplace_back();
    family.name = figure.metric;
    family.help = figure.meaning;
    for (std::size_t w = 0; w < workers.size(); ++w) {
      const base::Counter& counter = workers[w]->counters().*figure.counter;
      family.samples.push_back({{{"worker", std::to_string(w)}}, number(counter.value())});
    }
  }
  for (const WorkerDistribution& each : worker_distributions()) {
    families.push_back({each.metric, each.meaning, Kind::histogram, {}});
    for (std::size_t w = 0; w < workers.size(); ++w) {
      control::MetricSample sample = control::histogram_of(workers[w]->counters().*each.durations,
                                                           each.first_power, each.last_power);
      sample.labels = {{"worker", std::to_string(w)}};
      families.back().samples.push_back(std::move(sample));
    }
  }
}

// What is told of each port under one name.
struct PortFigure {
  const char* name;  // of control::PortRow::figures
  const char* metric;
  const char* help;
};
constexpr PortFigure kPortFigures[] = {
    {"frames_received", "stentor_port_frames_received_total", "Frames that the device received."},
    {"bytes_received", "stentor_port_received_bytes_total", "Bytes that the device received."},
    {"frames_sent", "stentor_port_frames_sent_total", "Frames that the device sent."},
    {"bytes_sent", "stentor_port_sent_bytes_total", "Bytes that the device sent."},
    {"receive_queue_full", "stentor_port_receive_queue_full_total",
     "Frames that the device lost because its receive queue was full (imissed)."},
    {"no_receive_buffer", "stentor_port_no_receive_buffer_total",
     "Frames that were lost because no buffer was free (rx_nombuf)."},
    {"receive_errors", "stentor_port_receive_errors_total",
     "Frames that the device received damaged."},
    {"send_errors", "stentor_port_send_errors_total", "Frames that the device failed to send."},
    {"refused_by_driver", "stentor_port_refused_by_driver_total",
     "Frames that the driver can never send."},
};

void add_ports(Families& families, const std::vector<control::PortRow>& ports) {
  control::MetricFamily links{
      "stentor_port_up", "1: the link is up; 0: it is down.", Kind::gauge, {}};
  for (const control::PortRow& port : ports) {
    links.samples.push_back({{{"port", port.name}}, port.is_up ? 1.0 : 0.0});
  }
  families.push_back(std::move(links));
  control::MetricFamily in_use{"stentor_port_devices_in_use",
                               "Devices of a bond that carry frames; of one device as "
                               "stentor_port_up.",
                               Kind::gauge,
                               {}};
  for (const control::PortRow& port : ports) {
    const std::size_t devices = port.devices_in_use ? port.devices_in_use->size() : port.is_up;
    in_use.samples.push_back({{{"port", port.name}}, static_cast<double>(devices)});
  }
  families.push_back(std::move(in_use));
  for (const PortFigure& each : kPortFigures) {
    control::MetricFamily family{each.metric, each.help, Kind::counter, {}};
    for (const control::PortRow& port : ports) {
      for (const control::Figure& figure : port.figures) {
        if (figure.name != each.name) continue;
        family.samples.push_back({{{"port", port.name}}, number(figure.value)});
      }
    }
    families.push_back(std::move(family));
  }
}

void add_store(Families& families, const LeaseStore& store) {
  const store::StoreStatus status = store.status();
  add_one(families, "stentor_store_failing", "1: leases do not reach the disk.", Kind::gauge,
          store.trouble().empty() ? 0 : 1);
  add_one(families, "stentor_store_commits_total", "Batches of leases that went to disk.",
          Kind::counter, number(status.commits));
  add_one(families, "stentor_store_changes_total", "Changes of leases in these batches.",
          Kind::counter, number(status.changes));
  add_one(families, "stentor_store_failed_changes_total",
          "Changes of leases whose ACK was dropped.", Kind::counter, number(status.failed));
  add_one(families, "stentor_store_failures_total", "Calls to the database that failed.",
          Kind::counter, number(status.failures));
  add_one(families, "stentor_store_rewrites_total", "Whole new databases that were made.",
          Kind::counter, number(status.rewrites));
}

void add_token_refusals(Families& families, const control::TokenGate::Refusals& refused) {
  families.push_back({"stentor_api_refusals_total",
                      "Requests over TCP that were refused for their token, by reason.",
                      Kind::counter,
                      {{{{"reason", "no_token"}}, number(refused.no_token)},
                       {{{"reason", "wrong_token"}}, number(refused.wrong_token)},
                       {{{"reason", "read_only"}}, number(refused.read_only)}}});
}

}  // namespace

Families ApplianceReport::metrics() const {
  Families families;
  const control::StatusRow now = status();
  families.push_back({"stentor_build_info",
                      "Always 1; the version is its label.",
                      Kind::gauge,
                      {{{{"version", now.version}}, 1}}});
  add_one(families, "stentor_uptime_seconds", "Since stentord was started.", Kind::gauge,
          std::chrono::duration<double>(now.uptime).count());
  add_workers(families, appliance_.workers_);
  add_reasons(families, "stentor_drops_total", "Frames that were dropped, by reason.", drops());
  add_reasons(families, "stentor_refusals_total", "TFTP requests that got an ERROR, by reason.",
              refusals());
  add_ports(families, ports());
  add_one(families, "stentor_transfers", "TFTP transfers that live.", Kind::gauge,
          number(now.transfers));
  add_one(families, "stentor_draining", "1 while nothing new begins, 0 otherwise.", Kind::gauge,
          now.is_draining ? 1 : 0);
  add_one(families, "stentor_images", "Files that are served.", Kind::gauge, number(now.images));
  add_one(families, "stentor_images_rejected", "Files that are not served, for a reason.",
          Kind::gauge, number(now.images_rejected));
  add_one(families, "stentor_image_generation", "Grows with each change of what is served.",
          Kind::gauge, number(now.generation));
  add_one(families, "stentor_images_retired",
          "Replaced or removed files whose memory is not given back yet.", Kind::gauge,
          number(appliance_.images_->retired()));
  add_one(families, "stentor_addresses", "Addresses in pools and reservations.", Kind::gauge,
          number(now.addresses));
  add_one(families, "stentor_hosts", "Machines of which something was said at run time.",
          Kind::gauge, number(appliance_.hosts_.size()));
  add_one(families, "stentor_hosts_to_boot_once", "Those of them that are to boot a file once.",
          Kind::gauge, number(appliance_.hosts_.armed()));
  add_one(families, "stentor_hosts_booted_once_total", "Files that were booted once.",
          Kind::counter, number(appliance_.boots_once_));
  add_one(families, "stentor_reloads_total", "Reloads whose configuration serves, or served.",
          Kind::counter, number(appliance_.reloads_));
  add_one(families, "stentor_reloads_refused_total", "Reloads that changed nothing.", Kind::counter,
          number(appliance_.reloads_refused_));
  add_one(families, "stentor_reload_refused", "1: the last reload was refused.", Kind::gauge,
          appliance_.refusal_.empty() ? 0 : 1);
  add_token_refusals(families, gate_.refusals());
  if (appliance_.store_) add_store(families, *appliance_.store_);
  return families;
}

}  // namespace stentor

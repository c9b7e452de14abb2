// SPDX-License-Identifier: BSD-3-Clause
// What an appliance serves from, made of a configuration: at start, and beside the one that serves.
#include <fmt/format.h>

#include "appliance.h"
#include "config/fixed_key.h"
#include "control/log.h"

namespace stentor {

namespace {

constexpr const char* kNoDatabase =
    "dhcp.subnets: there were no addresses to lease at start, and so no database was opened for "
    "them; a restart applies it";

std::string sentence_of(const lease::Tables::Shortage& shortage) {
  if (shortage.addresses == 0) {
    return "dhcp.subnets: there are more pools than the memory that was taken at start has room "
           "for; a restart applies it";
  }
  return fmt::format(
      "dhcp.subnets: {} addresses of the pools and reservations are new, and there is room for {} "
      "in the memory that was taken at start; a restart applies it",
      shortage.addresses, shortage.room);
}

}  // namespace

std::unique_ptr<worker::Snapshot> Appliance::make_snapshot(const config::Settings& settings) {
  std::vector<std::vector<worker::WorkerIndex>> workers_of_ports;
  for (std::size_t p = 0; p < ports_.size(); ++p) workers_of_ports.push_back(workers_of_port(p));
  auto snapshot = std::make_unique<worker::Snapshot>(
      worker::make_snapshot(settings, key_, workers_of_ports, images_->current(),
                            clients_ ? &*clients_ : nullptr, &relay_guard_));
  if (needs_clients(settings)) snapshot->clients = &*clients_;
  snapshot->draining = &draining_;
  fill_board(*snapshot, settings);
  return snapshot;
}

// What a reload needs beside a snapshot. Nothing is taken from what is served.
std::vector<std::string> Appliance::prepare_clients(const config::Settings& next) {
  if (!needs_clients(next) || clients_) return {};
  if (auto made = make_clients(); !made) return {made.error().sentence};
  return {};
}

std::vector<std::string> Appliance::reload(const config::Settings& next) {
  std::vector<std::string> reasons = config::fixed_changes(settings_, next);
  if (reasons.empty()) reasons = prepare_clients(next);
  if (!reasons.empty()) return reasons;
  config::Settings served = next;
  const bool has_new_level = next.log_level != settings_.log_level;
  reasons = go_over(next, {});
  if (!reasons.empty()) return reasons;
  spare_addresses_.clear();
  // From here on nothing can fail.
  settings_ = std::move(served);
  // Otherwise it may have been set meanwhile.
  if (has_new_level) control::set_log_level(settings_.log_level);
  ++reloads_;
  refusal_.clear();
  tell(control::EventType::reload, "taken", "the new configuration serves");
  return reasons;
}

std::vector<std::string> Appliance::go_over(const config::Settings& next,
                                            std::span<const wire::Ipv4Address> more) {
  auto snapshot = make_snapshot(next);
  const lease::Plan plan = plan_with_hosts(snapshot->policy, next, more);
  if (lacks_database(plan, next)) return {kNoDatabase};
  const auto leases = tables_->prepare(plan, base::MonotonicClock::now());
  if (!leases) {
    reloaded_ = snapshots_->mark();
    return {sentence_of(leases.error())};
  }
  snapshot->leases = *leases;
  tables_->commit();
  snapshots_->publish(std::move(snapshot));
  reloaded_ = snapshots_->mark();
  return {};
}

void Appliance::note_refusal(const std::vector<std::string>& reasons) {
  ++reloads_refused_;
  refusal_ = reasons.front();
  if (reasons.size() > 1) refusal_ += fmt::format(" (and {} more)", reasons.size() - 1);
  tell(control::EventType::reload, "refused", refusal_);
}

bool Appliance::lacks_database(const lease::Plan& plan, const config::Settings& next) const {
  return plan.slots() != 0 && !store_ && next.leases.durability != config::Durability::memory;
}

std::vector<std::string> Appliance::obstacles(const config::Settings& next) const {
  std::vector<std::string> reasons = config::fixed_changes(settings_, next);
  if (!reasons.empty()) return reasons;
  const dhcp::Policy policy(next, key_);
  const lease::Plan plan = plan_with_hosts(policy, next, {});
  if (lacks_database(plan, next)) return {kNoDatabase};
  if (const auto shortage = tables_->shortage_of(plan)) return {sentence_of(*shortage)};
  return {};
}

void Appliance::settle() {
  if (!snapshots_->passed(reloaded_)) return;
  snapshots_->reclaim();
  tables_->settle();
}

}  // namespace stentor

// SPDX-License-Identifier: BSD-3-Clause
#include "support/service.h"

#include <cstdio>
#include <cstdlib>

#include "config/parse.h"

namespace stentor::support {

namespace {

config::Settings settings_of(const std::string& yaml) {
  auto settings = config::parse_settings(yaml, "test.yaml");
  if (settings) return *std::move(settings);
  for (const config::Diagnostic& diagnostic : settings.error()) {
    std::fprintf(stderr, "%s\n", diagnostic.text().c_str());
  }
  std::abort();
}

std::unique_ptr<const image::Generation> catalogue(image::Memory& memory,
                                                   const std::map<std::string, ByteVector>& images,
                                                   base::PathCase path_case) {
  image::GenerationBuilder builder(memory, 0);
  for (const auto& [path, bytes] : images) CHECK(builder.add_copy(path, bytes));
  return builder.build(1, path_case);
}

// `bytes` of zeros that begin on a cache line, inside `memory`.
base::MutableBytes aligned_run(std::vector<std::uint64_t>& memory, std::size_t bytes) {
  memory.assign(bytes / sizeof(std::uint64_t) + 16, 0);
  const auto start = (reinterpret_cast<std::uintptr_t>(memory.data()) + 63) & ~std::uintptr_t{63};
  return {reinterpret_cast<std::uint8_t*>(start), bytes};
}

// For the tables of reloads.
constexpr lease::Table::Room kRoom{.slots = 1024, .pools = 64};

}  // namespace

Service::Service(const std::string& yaml, const std::map<std::string, ByteVector>& images,
                 std::size_t workers, std::unique_ptr<image::Memory> memory,
                 dhcp::RelayGuard* guard)
    : guard_(guard),
      image_memory_(memory ? std::move(memory) : image::make_page_memory()),
      settings_(settings_of(yaml)),
      generation_(catalogue(*image_memory_, images, settings_.images.path_case)),
      images_(*generation_) {
  const config::Settings& settings = settings_;
  ports_ = settings.ports.size();
  for (std::size_t w = 0; w < workers; ++w) {
    workers_.push_back(static_cast<worker::WorkerIndex>(w));
  }
  const lease::Plan plan = dhcp::Policy(settings, kKey).plan();
  tables_.emplace(plan, aligned_run(lease_memory_, lease::Table::bytes_needed(plan, kRoom)), kRoom);
  if (worker::needs_clients(settings)) {
    const std::size_t slots = plan.slots() + kRoom.slots;
    clients_.emplace(slots, aligned_run(client_memory_, lease::ClientStore::bytes_needed(slots)),
                     kKey);
  }
  snapshots_ = std::make_unique<base::Published<worker::Snapshot>>(copy_snapshot(), workers);
}

std::unique_ptr<worker::Snapshot> Service::make_snapshot(const config::Settings& settings) {
  return std::make_unique<worker::Snapshot>(worker::make_snapshot(
      settings, kKey, {ports_, workers_}, images_, clients_ ? &*clients_ : nullptr, guard_));
}

std::unique_ptr<worker::Snapshot> Service::copy_snapshot() {
  auto snapshot = make_snapshot(settings_);
  snapshot->leases = &tables_->current();
  return snapshot;
}

bool Service::reload(const std::string& yaml, base::Time now) {
  settings_ = settings_of(yaml);
  auto snapshot = make_snapshot(settings_);
  const auto prepared = tables_->prepare(snapshot->policy.plan(), now);
  if (!prepared) return false;
  snapshot->leases = *prepared;
  tables_->commit();
  snapshots_->publish(std::move(snapshot));
  reloaded_ = snapshots_->mark();
  return true;
}

bool Service::gives(wire::Ipv4Address address) const {
  bool is_in_pool = false;
  for (const config::Subnet& subnet : settings_.dhcp.subnets) {
    for (const config::Reservation& reservation : subnet.reservations) {
      if (reservation.address == address) return false;
    }
    for (const config::Pool& pool : subnet.pools) {
      is_in_pool |= pool.range.first <= address && address <= pool.range.last;
    }
  }
  return is_in_pool;
}

bool Service::settle() {
  if (!snapshots_->passed(reloaded_)) return false;
  snapshots_->reclaim();
  tables_->settle();
  return true;
}

}  // namespace stentor::support

// SPDX-License-Identifier: BSD-3-Clause
// What an appliance is refused for before it reads an image: what its ports, its root and its
// memory show at a glance.
#include <algorithm>
#include <fmt/format.h>

#include "appliance.h"
#include "digest/manifest.h"
#include "dpdk/ordinary_memory.h"
#include "size_text.h"

namespace stentor {

namespace {

using Nothing = base::Result<void>;

}  // namespace

Nothing Appliance::check_ports() const {
  for (std::size_t p = 0; p < settings_.ports.size(); ++p) {
    if (auto checked = dpdk::Port::check(port_options(p)); !checked) return checked;
  }
  return {};
}

Nothing Appliance::survey_images() {
  auto found = image::survey(image_options());
  if (!found) return tl::unexpected(std::move(found).error());
  images_found_ = *found;
  return {};
}

void Appliance::plan_leases() { plan_.emplace(dhcp::Policy(settings_, key_).plan()); }

base::Result<std::uint64_t> Appliance::hugepages_needed(const config::Settings& settings) {
  if (settings.workers.hugepages == config::Workers::HugepageMode::none) return 0;
  Appliance appliance(settings, false);
  Nothing step = appliance.place_workers();
  if (step) step = appliance.survey_images();
  if (!step) return tl::unexpected(std::move(step).error());
  appliance.plan_leases();
  const MemoryNeed need = appliance.memory_need();
  return need.bytes + need.spare_bytes;
}

image::LoadOptions Appliance::image_options() const {
  return {.root = settings_.images.root,
          .manifest_file = settings_.images.manifest_file,
          .manifest_required = settings_.images.manifest_required,
          .path_case = settings_.images.path_case,
          .ignored = image::Ignored(settings_.images.watch.ignore),
          .read_manifest = digest::read_manifest};
}

Appliance::MemoryNeed Appliance::memory_need() const {
  constexpr std::uint64_t kOwn = std::uint64_t{48} << 20;  // what DPDK keeps for itself
  constexpr std::uint64_t kSpareMin = std::uint64_t{16} << 20;
  // With what their heap wastes between blocks.
  const std::uint64_t images = images_found_.memory_bytes + images_found_.memory_bytes / 64;
  const std::uint64_t leases = lease::Table::bytes_needed(*plan_, lease_room());
  const std::uint64_t clients = needs_clients(settings_) ? client_bytes() : 0;
  std::uint64_t frames = 0;
  for (std::size_t p = 0; p < settings_.ports.size(); ++p) {
    frames += dpdk::Port::memory_bytes(port_options(p));
  }
  // A file that is replaced is in memory twice for a while, and a root grows.
  const std::uint64_t spare =
      settings_.images.watch.is_on
          ? std::max({kSpareMin, images_found_.largest_bytes, images_found_.memory_bytes / 8})
          : 0;
  return {.bytes = kOwn + images + leases + clients + frames,
          .spare_bytes = spare,
          .holders = fmt::format("images {} in {}, leases {}, clients {}, frames {}, DPDK {}",
                                 mebibytes(images), settings_.images.root, mebibytes(leases),
                                 mebibytes(clients), mebibytes(frames), mebibytes(kOwn))};
}

lease::Table::Room Appliance::lease_room() const {
  constexpr std::size_t kSlotsMin = 65'536;
  constexpr std::size_t kPoolsMin = 1'024;
  const std::size_t slots = std::max(kSlotsMin, plan_->slots() / 8);
  return {.slots = std::min(slots, lease::kSlotsMax - plan_->slots()),
          .pools = std::max(kPoolsMin, plan_->pools() / 8)};
}

std::uint64_t Appliance::client_bytes() const {
  return lease::ClientStore::bytes_needed(plan_->slots() + lease_room().slots);
}

std::uint64_t Appliance::table_bytes() const {
  return worker::TftpService::memory_bytes(settings_.tftp.transfers_max) *
         placement_.workers.size();
}

base::Error Appliance::table_shortage(const std::string& but) const {
  const std::size_t workers = placement_.workers.size();
  return {fmt::format(
      "the tables for {} transfers a worker, of {} worker{}, need {} of memory, {}: lower "
      "tftp.transfers-max, or give this process more memory",
      settings_.tftp.transfers_max, workers, workers == 1 ? "" : "s", mebibytes(table_bytes()),
      but)};
}

// The tables are ordinary memory, whatever the EAL has. Without hugepages its own is too: it is
// mapped by now, but images, leases and frames fill it only later, and before the tables.
Nothing Appliance::check_tables() const {
  const bool ordinary = settings_.workers.hugepages == config::Workers::HugepageMode::none;
  const MemoryNeed rest = ordinary ? memory_need() : MemoryNeed{};
  if (table_bytes() <= dpdk::available_memory("/proc", rest.bytes)) return {};
  std::string but = "and " + mebibytes(dpdk::available_memory()) + " are available";
  if (ordinary)
    but += fmt::format(", {} of them for the rest ({})", mebibytes(rest.bytes), rest.holders);
  return tl::unexpected(table_shortage(but));
}

}  // namespace stentor

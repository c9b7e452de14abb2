// SPDX-License-Identifier: BSD-3-Clause
#include "lease/tables_setup.h"

#include <utility>

#include "base/check.h"

namespace stentor::lease {

Tables::Tables(const Plan& first, base::MutableBytes memory, Table::Room room)
    : slots_(first, first.slots() + room.slots),
      current_(std::make_unique<Placed>(first, memory, room)) {
  publish_extents();
}

void Tables::remember(const Lease& lease) {
  note_version(lease.version);
  const bool is_held = lease.state == State::bound || lease.state == State::declined;
  if (is_held) on_disk_[lease.address] = {lease.version, second_at_or_after(lease.expiry)};
}

// Versions are serial numbers (RFC 1982).
void Tables::note_version(std::uint32_t version) {
  if (static_cast<std::int32_t>(version - newest_version_) > 0) newest_version_ = version;
}

tl::expected<Table*, Tables::Shortage> Tables::prepare(const Plan& plan, base::Time now) {
  CHECK(is_settled());
  prepared_.reset();
  if (plan == current_->configured) return &current_->table;
  is_settled_ = false;
  release_slots(plan, now);
  if (const auto shortage = shortage_of(plan, slots_.room())) return tl::unexpected(*shortage);
  Plan placed =
      slots_.place(plan, [&](Slot slot, wire::Ipv4Address address) { begin(slot, address, now); });
  publish_extents();
  prepared_ = std::make_unique<Placed>(plan, std::move(placed), current_->table);
  room_.resize(prepared_->table.largest_pool());
  return &prepared_->table;
}

std::optional<Tables::Shortage> Tables::shortage_of(const Plan& plan) const {
  if (plan == current_->configured) return std::nullopt;
  return shortage_of(plan, slots_.room_after_release());
}

std::optional<Tables::Shortage> Tables::shortage_of(const Plan& plan, std::size_t room) const {
  const std::size_t missing = slots_.missing(plan);
  if (missing > room) return Shortage{missing, room};
  if (!current_->table.can_be_followed_by(plan)) return Shortage{0, room};
  return std::nullopt;
}

void Tables::release_slots(const Plan& next, base::Time now) {
  slots_.release(current_->configured, next, [&](Slot slot) {
    const auto version = current_->table.retire(slot, now);
    if (version) note_version(*version);
    return version.has_value();
  });
}

// A version that the disk takes for newer than any that it has of this address. Who held it when
// the process started is not known here, so it is nobody's until that lease has ended.
void Tables::begin(Slot slot, wire::Ipv4Address address, base::Time now) {
  Second held_until = 0;
  const auto on_disk = on_disk_.find(address);
  if (on_disk != on_disk_.end()) {
    if (on_disk->second.expiry > second_of(now)) held_until = on_disk->second.expiry;
    on_disk_.erase(on_disk);
  }
  current_->table.reset(slot, newest_version_ + 1, held_until);
}

void Tables::commit() {
  if (prepared_ == nullptr) return;
  before_ = std::exchange(current_, std::move(prepared_));
  current_->table.adopt_records(room_);
  room_ = {};
}

void Tables::settle() {
  if (before_ != nullptr) current_->table.finish_adoption(before_->plan);
  before_.reset();
  is_settled_ = true;
}

void Tables::publish_extents() {
  const auto all = slots_.extents();
  std::vector<SlotMap::Extent> copy(all.begin(), all.end());
  const std::lock_guard lock(mutex_);
  extents_.swap(copy);
}

std::vector<SlotMap::Extent> Tables::extents() const {
  const std::lock_guard lock(mutex_);
  return extents_;
}

}  // namespace stentor::lease

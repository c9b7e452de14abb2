// SPDX-License-Identifier: BSD-3-Clause
#include "control/boot_session_table.h"

#include <utility>

#include "base/check.h"

namespace stentor::control {

namespace {

using sighting::Seen;
using sighting::Sighting;

// MAC addresses are numbers below this bit.
constexpr std::uint64_t kByAddress = std::uint64_t{1} << 63;

std::uint64_t key_of(const Sighting& seen) {
  const sighting::Glimpse& glimpse = seen.glimpse;
  return glimpse.mac.is_zero() ? kByAddress | glimpse.address.host() : glimpse.mac.number();
}

bool names_file(Seen seen) { return seen == Seen::begun || seen == Seen::denied; }

}  // namespace

std::size_t BootSessionTable::Hash::operator()(std::uint64_t value) const {
  return base::siphash64(key, {reinterpret_cast<const std::uint8_t*>(&value), sizeof value});
}

BootSessionTable::BootSessionTable(const base::HashKey& key, std::uint32_t machines_max)
    : machines_max_(machines_max), by_key_(0, Hash{key}), by_address_(0, Hash{key}) {
  CHECK(machines_max != 0);
  // Growing later would move all of them at once, for longer than a lane takes to fill.
  by_key_.reserve(machines_max);
  by_address_.reserve(machines_max);
}

void BootSessionTable::take(std::span<Sighting> seen) {
  const std::lock_guard held(lock_);
  for (Sighting& each : seen) take_one(each);
}

// Of TFTP the address says who it is, before the frame's MAC address, which may be a router's.
std::uint32_t BootSessionTable::find_slot(const Sighting& seen) const {
  const bool is_of_tftp = seen.glimpse.seen >= Seen::begun;
  if (is_of_tftp) {
    const auto found = by_address_.find(seen.glimpse.address.host());
    if (found != by_address_.end()) return found->second;
  }
  const auto found = by_key_.find(key_of(seen));
  return found == by_key_.end() ? kNone : found->second;
}

void BootSessionTable::take_one(Sighting& seen) {
  // A MAC address of zeros, of who has no address either: that is nobody.
  if (seen.glimpse.mac.is_zero() && seen.glimpse.address.is_zero()) return;
  std::uint32_t slot = find_slot(seen);
  if (slot == kNone) {
    // A transfer whose begin was lost, or whose machine made room for others, says too little.
    if (seen.glimpse.seen > Seen::begun && seen.glimpse.seen != Seen::denied) return;
    slot = add(key_of(seen), seen);
  } else {
    Entry& entry = entries_[slot];
    unlink(slot);
    link_last(slot);
    forget_address(slot);
    if (entry.session.ends_before(seen)) {
      drop_file(entry.session);
      entry.session = BootSession(seen);
      ++begun_;
    } else {
      entry.session.take(seen);
    }
  }
  BootSession& session = entries_[slot].session;
  // Whose completion is waited for is told by its frames.
  if (seen.glimpse.seen != Seen::completed || seen.glimpse.mac.is_zero()) {
    seen.glimpse.mac = session.mac;
  }
  if (!session.address.is_zero()) by_address_[session.address.host()] = slot;
  if (names_file(seen.glimpse.seen)) set_file(session, seen.file());
}

std::uint32_t BootSessionTable::add(std::uint64_t key, const Sighting& seen) {
  ++begun_;
  std::uint32_t slot = static_cast<std::uint32_t>(entries_.size());
  if (slot == machines_max_) {
    slot = first_;
    remove(slot);
    entries_[slot] = {.session = BootSession(seen), .key = key};
  } else {
    entries_.push_back({.session = BootSession(seen), .key = key});
  }
  by_key_.emplace(key, slot);
  link_last(slot);
  return slot;
}

void BootSessionTable::remove(std::uint32_t slot) {
  unlink(slot);
  forget_address(slot);
  drop_file(entries_[slot].session);
  by_key_.erase(entries_[slot].key);
}

void BootSessionTable::forget_address(std::uint32_t slot) {
  const auto found = by_address_.find(entries_[slot].session.address.host());
  if (found != by_address_.end() && found->second == slot) by_address_.erase(found);
}

void BootSessionTable::set_file(BootSession& session, std::string_view name) {
  auto found = files_.find(name);
  if (found == files_.end()) found = files_.emplace(name, 0).first;
  ++found->second;
  drop_file(session);
  session.file = &found->first;
}

void BootSessionTable::drop_file(BootSession& session) {
  if (session.file == nullptr) return;
  const auto found = files_.find(*session.file);
  CHECK(found != files_.end());
  session.file = nullptr;
  if (--found->second == 0) files_.erase(found);
}

void BootSessionTable::link_last(std::uint32_t slot) {
  entries_[slot].before = last_;
  entries_[slot].behind = kNone;
  (last_ == kNone ? first_ : entries_[last_].behind) = slot;
  last_ = slot;
}

void BootSessionTable::unlink(std::uint32_t slot) {
  const Entry& entry = entries_[slot];
  (entry.before == kNone ? first_ : entries_[entry.before].behind) = entry.behind;
  (entry.behind == kNone ? last_ : entries_[entry.behind].before) = entry.before;
}

BootSessionTable::Row BootSessionTable::row_of(std::uint32_t slot) const {
  Row row{slot, entries_[slot].session};
  if (const std::string* const name = std::exchange(row.session.file, nullptr)) row.file = *name;
  return row;
}

std::optional<BootSessionTable::Row> BootSessionTable::find(const wire::MacAddress& mac) const {
  const std::lock_guard held(lock_);
  const auto found = by_key_.find(mac.number());
  if (found == by_key_.end()) return std::nullopt;
  return row_of(found->second);
}

std::optional<BootSessionTable::Row> BootSessionTable::find(wire::Ipv4Address address) const {
  const std::lock_guard held(lock_);
  const auto found = by_address_.find(address.host());
  if (found == by_address_.end()) return std::nullopt;
  return row_of(found->second);
}

std::uint32_t BootSessionTable::slots() const {
  const std::lock_guard held(lock_);
  return static_cast<std::uint32_t>(entries_.size());
}

std::uint64_t BootSessionTable::begun() const {
  const std::lock_guard held(lock_);
  return begun_;
}

std::vector<MetricFamily> metrics_of(const BootSessionTable& sessions) {
  return {{"stentor_boot_sessions",
           "Machines whose boot session is kept.",
           MetricFamily::Kind::gauge,
           {{.value = static_cast<double>(sessions.slots())}}},
          {"stentor_boot_sessions_begun_total",
           "Boot sessions that began.",
           MetricFamily::Kind::counter,
           {{.value = static_cast<double>(sessions.begun())}}}};
}

}  // namespace stentor::control

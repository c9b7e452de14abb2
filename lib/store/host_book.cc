// SPDX-License-Identifier: BSD-3-Clause
#include "store/host_book.h"

#include <algorithm>
#include <cstdint>

namespace stentor::store {

using config::RunTimeHost;

std::optional<RunTimeHost> HostBook::find(const wire::MacAddress& mac) const {
  const std::lock_guard lock(mutex_);
  const auto found = hosts_.find(mac.number());
  return found == hosts_.end() ? std::nullopt : std::optional(found->second.host);
}

std::vector<RunTimeHost> HostBook::page(const std::optional<wire::MacAddress>& after,
                                        std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  std::vector<RunTimeHost> hosts;
  auto at = after ? hosts_.upper_bound(after->number()) : hosts_.begin();
  for (; at != hosts_.end() && hosts.size() < limit; ++at) hosts.push_back(at->second.host);
  return hosts;
}

std::vector<RunTimeHost> HostBook::all() const { return page(std::nullopt, SIZE_MAX); }

std::size_t HostBook::size() const {
  const std::lock_guard lock(mutex_);
  return hosts_.size();
}

std::size_t HostBook::armed() const {
  const std::lock_guard lock(mutex_);
  return armed_;
}

std::optional<wire::MacAddress> HostBook::holder_of(wire::Ipv4Address address) const {
  const std::lock_guard lock(mutex_);
  const auto found = addresses_.find(address);
  return found == addresses_.end() ? std::nullopt : std::optional(found->second);
}

base::Time HostBook::armed_since(const wire::MacAddress& mac) const {
  const std::lock_guard lock(mutex_);
  const auto found = hosts_.find(mac.number());
  return found == hosts_.end() ? base::Time{} : found->second.armed_since;
}

std::uint64_t HostBook::put(const RunTimeHost& host, base::Time now) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back({host.mac, last_ticket_ + 1});
  set(host, now);
  return ++last_ticket_;
}

void HostBook::load(const RunTimeHost& host) {
  const std::lock_guard lock(mutex_);
  set(host, {});
}

void HostBook::set(const RunTimeHost& host, base::Time now) {
  const auto [there, is_new] = hosts_.try_emplace(host.mac.number());
  Entry& entry = there->second;
  if (is_new || entry.host.boot_once != host.boot_once) entry.armed_since = now;
  if (entry.host.address != host.address) {
    if (entry.host.address) addresses_.erase(*entry.host.address);
    if (host.address) addresses_[*host.address] = host.mac;
  }
  if (!entry.host.boot_once.empty()) --armed_;
  if (!host.boot_once.empty()) ++armed_;
  if (host.is_empty()) {
    hosts_.erase(there);
  } else {
    entry.host = host;
  }
}

std::uint64_t HostBook::last_ticket() const {
  const std::lock_guard lock(mutex_);
  return last_ticket_;
}

std::uint64_t HostBook::committed() const {
  const std::lock_guard lock(mutex_);
  return committed_;
}

std::uint64_t HostBook::failed_up_to() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

std::vector<HostChange> HostBook::take(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  taken_ = std::min(limit, waiting_.size());
  std::vector<HostChange> changes;
  for (std::size_t i = 0; i < taken_; ++i) {
    const wire::MacAddress& mac = waiting_[i].mac;
    const auto found = hosts_.find(mac.number());
    changes.push_back(
        {mac, found == hosts_.end() ? std::nullopt : std::optional(found->second.host)});
  }
  return changes;
}

void HostBook::note_committed() {
  const std::lock_guard lock(mutex_);
  if (taken_ == 0) return;
  committed_ = waiting_[taken_ - 1].ticket;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(taken_));
  taken_ = 0;
}

void HostBook::note_failed() {
  const std::lock_guard lock(mutex_);
  failed_ = last_ticket_;
  taken_ = 0;
}

}  // namespace stentor::store

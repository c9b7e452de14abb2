// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An appliance that says what a test tells it to, and notices who asks it without the lock.

#include <algorithm>
#include <future>
#include <gtest/gtest.h>
#include <map>

#include "../image/bounded_memory.h"
#include "control/report.h"
#include "control/state_lock.h"
#include "image/generation_builder.h"

namespace stentor::control {

class ReportStub final : public Report {
 public:
  explicit ReportStub(StateLock& lock) : lock_(lock) { serve(1, {}); }

  // From now on, with bytes as many as each path has.
  void serve(std::uint64_t number, const std::vector<std::string>& paths) {
    image::GenerationBuilder builder(memory_, 0);
    for (const std::string& path : paths) {
      EXPECT_TRUE(builder.add_copy(path, base::as_bytes(path)));
    }
    generation = builder.build(number);
  }

  [[nodiscard]] StatusRow status() const override { return look(row); }
  [[nodiscard]] std::vector<WorkerRow> workers() const override {
    return look(std::vector<WorkerRow>{{.core = 5, .queues = {"boot0/0"}, .figures = {}}});
  }
  [[nodiscard]] std::vector<PortRow> ports() const override {
    return look(std::vector<PortRow>{{.name = "boot0",
                                      .device = "AF_XDP on eth1",
                                      .mac = "52:54:00:00:00:01",
                                      .is_up = true,
                                      .queues = 1,
                                      .networks = {"10.0.0.1/24 vlan 7"},
                                      .figures = {}}});
  }
  [[nodiscard]] std::vector<ReasonRow> drops() const override { return look(drop_rows); }
  [[nodiscard]] std::vector<ReasonRow> refusals() const override {
    return look(std::vector<ReasonRow>{});
  }
  [[nodiscard]] image::RejectedFiles rejected_images() const override { return look(rejected); }
  [[nodiscard]] config::Source config() const override { return look(source); }
  [[nodiscard]] std::vector<MetricFamily> metrics() const override {
    return look(std::vector<MetricFamily>{
        {"stentor_images", "Files.", MetricFamily::Kind::gauge, {{.value = 3}}}});
  }
  // A table with a record for each of `records` from `first` on; those in `held` are bound.
  [[nodiscard]] LeasePiece leases(wire::Ipv4Address from, std::uint32_t slots,
                                  base::Time now) const override {
    most_slots = std::max(most_slots, slots);
    ++pieces;
    const std::uint64_t begin = std::max(from.host(), first);
    const std::uint64_t end =
        std::min<std::uint64_t>(begin + slots, std::uint64_t{first} + records);
    LeasePiece piece;
    for (auto at = held.lower_bound(static_cast<std::uint32_t>(begin));
         at != held.end() && at->first < end; ++at) {
      piece.rows.push_back({.lease = {.address = wire::Ipv4Address{at->first},
                                      .state = at->second,
                                      .expiry = now + std::chrono::minutes{1}}});
    }
    if (end < std::uint64_t{first} + records) {
      piece.next = wire::Ipv4Address{static_cast<std::uint32_t>(end)};
    }
    return look(piece);
  }
  // Of the same table, whose records that nobody has are free.
  [[nodiscard]] lease::Table::CensusPiece census(wire::Ipv4Address from, wire::Ipv4Address last,
                                                 std::uint32_t slots,
                                                 base::Time /*now*/) const override {
    most_slots = std::max(most_slots, slots);
    ++pieces;
    const std::uint64_t begin = std::max(from.host(), first);
    const std::uint64_t behind =
        std::min<std::uint64_t>(std::uint64_t{last.host()} + 1, std::uint64_t{first} + records);
    const std::uint64_t end = std::min(begin + slots, behind);
    lease::Table::CensusPiece piece;
    for (std::uint64_t host = begin; host < end; ++host) {
      const auto at = held.find(static_cast<std::uint32_t>(host));
      ++(at == held.end()                      ? piece.census.free
         : at->second == lease::State::bound   ? piece.census.bound
         : at->second == lease::State::offered ? piece.census.offered
                                               : piece.census.declined);
    }
    if (end < behind) piece.next = wire::Ipv4Address{static_cast<std::uint32_t>(end)};
    return look(piece);
  }
  [[nodiscard]] std::vector<wire::Ipv4Prefix> subnets() const override { return look(prefixes); }
  [[nodiscard]] std::vector<wire::Ipv4Address> addresses_of(
      const wire::MacAddress& mac) const override {
    return look(mac.text().view() == "52:54:00:00:00:07" ? addresses
                                                         : std::vector<wire::Ipv4Address>{});
  }
  [[nodiscard]] std::shared_ptr<const image::Generation> borrow_images() override {
    return look(generation);
  }
  // Of those in `known_hosts`.
  [[nodiscard]] std::vector<config::RunTimeHost> hosts(const std::optional<wire::MacAddress>& after,
                                                       std::size_t limit) const override {
    std::vector<config::RunTimeHost> page;
    auto at = after ? known_hosts.upper_bound(*after) : known_hosts.begin();
    for (; at != known_hosts.end() && page.size() < limit; ++at) page.push_back(at->second);
    return look(page);
  }
  [[nodiscard]] std::optional<config::RunTimeHost> host(
      const wire::MacAddress& mac) const override {
    const auto at = known_hosts.find(mac);
    return look(at == known_hosts.end() ? std::nullopt : std::optional(at->second));
  }
  [[nodiscard]] std::vector<std::string> host_problems(
      const config::RunTimeHost& /*host*/) const override {
    return look(problems_of_hosts);
  }
  // Unless there is a refusal.
  [[nodiscard]] HostOutcome set_host(const config::RunTimeHost& host) override {
    if (!host_refusal.refusal.empty()) return look(host_refusal);
    const auto at = known_hosts.find(host.mac);
    if (at == known_hosts.end() ? host.is_empty() : at->second == host) return look(HostOutcome{});
    known_hosts.erase(host.mac);
    if (!host.is_empty()) known_hosts[host.mac] = host;
    return look(HostOutcome{.has_changed = true, .ticket = host_ticket});
  }
  // Of the ticket that was given; all others have long been there.
  [[nodiscard]] OnDisk host_on_disk(std::uint64_t ticket) const override {
    was_asked_for_disk_with_lock |= !is_free();
    return ticket == host_ticket ? disk_of_hosts : OnDisk::yes;
  }
  void add_details(std::vector<LeaseRow>& rows) const override {
    for (LeaseRow& each : rows)
      each.hostname = "node" + std::to_string(each.lease.address.host() & 0xff);
  }

  // Of what is held: from then on it is not, but for `on_disk`, which says why.
  [[nodiscard]] Released release(wire::Ipv4Address address, base::Time /*now*/,
                                 base::Duration patience) override {
    const std::unique_lock lock(lock_, patience);
    if (!lock) return {.what = Release::busy};
    const auto at = held.find(address.host());
    if (at == held.end()) return {};
    const lease::State was = at->second;
    held.erase(at);
    return {.what = release_outcome, .was = was};
  }

  Release release_outcome = Release::done;
  StatusRow row{.version = "1.2.3",
                .problems = {},
                .durability = "commit",
                .figures = {{"frames_received", 7}}};
  std::vector<ReasonRow> drop_rows;
  config::Source source;
  image::RejectedFiles rejected;
  std::uint32_t first = 0x0a000000;  // 10.0.0.0
  std::uint32_t records = 0;
  std::map<std::uint32_t, lease::State> held;
  std::vector<wire::Ipv4Prefix> prefixes{*wire::Ipv4Prefix::parse("10.0.0.0/24")};
  std::vector<wire::Ipv4Address> addresses;  // of 52:54:00:00:00:07
  std::map<wire::MacAddress, config::RunTimeHost> known_hosts;
  std::vector<std::string> problems_of_hosts;
  HostOutcome host_refusal;
  std::uint64_t host_ticket = 0;
  OnDisk disk_of_hosts = OnDisk::waits;
  mutable std::uint32_t most_slots = 0;
  mutable unsigned pieces = 0;
  mutable bool was_asked_without_lock = false;
  mutable bool was_asked_for_disk_with_lock = false;

 private:
  // Another thread would get the lock if the one that asks had it not.
  [[nodiscard]] bool is_free() const {
    return std::async(std::launch::async,
                      [this] {
                        const bool is_free = lock_.try_lock();
                        if (is_free) lock_.unlock();
                        return is_free;
                      })
        .get();
  }
  template <typename T>
  T look(T value) const {
    was_asked_without_lock |= is_free();
    return value;
  }

  StateLock& lock_;
  image::BoundedMemory memory_;

 public:
  std::shared_ptr<const image::Generation> generation;  // goes before its memory
};

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#include "store/lease_import.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace stentor::store {

namespace {

using OwnerKey = std::pair<std::uint64_t, std::uint64_t>;

OwnerKey key_of(const lease::Owner& owner) { return {owner.hash.low, owner.hash.high}; }

bool lives(const std::optional<UtcSecond>& expiry, const ClockPair& clocks) {
  return !expiry || *expiry > clocks.second();
}

// Never is later than any second.
bool ends_later(const std::optional<UtcSecond>& a, const std::optional<UtcSecond>& b) {
  return b && (!a || *a > *b);
}

class Importer {
 public:
  Importer(std::span<const StoredRecord> present, const ImportRules& rules, const ClockPair& clocks)
      : rules_(rules), clocks_(clocks) {
    for (const StoredRecord& record : present) {
      const lease::LeaseChange& change = record.change;
      present_[change.address] = &record;
      if (change.state == lease::State::bound && lives(record.expiry, clocks_)) {
        holds_[key_of(change.owner)] = change.address;
      }
    }
  }

  // Those that end last first, so that a client with two keeps the one it got last.
  LeaseImport run(const ForeignLeases& leases) {
    std::vector<std::pair<wire::Ipv4Address, const ForeignLease*>> living;
    for (const auto& [address, lease] : leases) {
      if (lease && lives(lease->expiry, clocks_)) {
        living.emplace_back(address, &*lease);
      } else {
        ++import_.ended;
      }
    }
    std::ranges::stable_sort(living, [](const auto& a, const auto& b) {
      return ends_later(a.second->expiry, b.second->expiry);
    });
    for (const auto& [address, lease] : living) take(address, *lease);
    std::ranges::sort(import_.changes, {}, &lease::LeaseChange::address);
    std::ranges::sort(import_.left_out, {}, &LeaseImport::LeftOut::line);
    return std::move(import_);
  }

 private:
  void take(wire::Ipv4Address address, const ForeignLease& lease) {
    const auto leave_out = [&](std::string why) {
      import_.left_out.push_back({address, lease.line, std::move(why)});
    };
    if (!rules_.has_address(address)) {
      return leave_out("no pool and no reservation has the address");
    }
    const auto owner = rules_.owner_of(address, lease);
    if (!owner) return leave_out("nothing in the file says which client has it");
    const auto held = holds_.find(key_of(*owner));
    if (held != holds_.end() && held->second != address) {
      return leave_out(fmt::format("its client has {}", held->second.text().view()));
    }
    const auto found = present_.find(address);
    const StoredRecord* record = found != present_.end() ? found->second : nullptr;
    if (record != nullptr && keeps(*record, *owner, lease)) {
      return leave_out("the database has the address for somebody, or for longer");
    }
    add(address, lease, *owner, record);
  }

  // Whether what the database has of the address stays.
  [[nodiscard]] bool keeps(const StoredRecord& record, const lease::Owner& owner,
                           const ForeignLease& lease) const {
    const lease::State state = record.change.state;
    if (state == lease::State::free || !lives(record.expiry, clocks_)) return false;
    return state == lease::State::declined || record.change.owner != owner ||
           !ends_later(lease.expiry, record.expiry);
  }

  void add(wire::Ipv4Address address, const ForeignLease& lease, const lease::Owner& owner,
           const StoredRecord* record) {
    lease::LeaseChange change{};
    change.address = address;
    change.version = record != nullptr ? record->change.version + 1 : 1;
    change.expiry = clocks_.time_of(lease.expiry);
    change.owner = owner;
    change.state = lease::State::bound;
    change.htype = lease.htype;
    change.hardware.assign(lease.hardware);
    change.client_id.assign(lease.client_id);
    change.circuit_id.assign(lease.circuit_id);
    change.remote_id.assign(lease.remote_id);
    lease::assign_hostname(change, base::as_bytes(lease.hostname));
    import_.changes.push_back(change);
    holds_[key_of(owner)] = address;
  }

  const ImportRules& rules_;
  const ClockPair clocks_;
  std::map<wire::Ipv4Address, const StoredRecord*> present_;
  std::map<OwnerKey, wire::Ipv4Address> holds_;
  LeaseImport import_;
};

}  // namespace

LeaseImport plan_import(const ForeignLeases& leases, std::span<const StoredRecord> present,
                        const ImportRules& rules, const ClockPair& clocks) {
  return Importer(present, rules, clocks).run(leases);
}

}  // namespace stentor::store

// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <string>

#include "config/address_range.h"
#include "config/cross_check.h"
#include "config/limit.h"
#include "config/taken_address.h"

namespace stentor::config {
namespace {

using wire::Ipv4Address;

std::string text_of(Ipv4Address address) { return std::string(address.text().view()); }

// The rest of a range, as one would write it.
std::string rest_of(const AddressRange& range, Ipv4Address address) {
  const std::vector<AddressRange> parts = without(range, {{address, address}});
  if (parts.empty()) return "remove the pool";
  return "write " + text_of(parts[0]) + (parts.size() > 1 ? " and " + text_of(parts[1]) : "");
}

class AddressCheck {
 public:
  AddressCheck(const Draft& draft, Report& report) : taken_(draft), report_(report) {}

  void check(const SubnetDraft& subnet) {
    if (subnet.prefix == nullptr) return;
    for (const PoolDraft& pool : subnet.pools) check_pool(subnet, pool);
    check_exclusions(subnet);
    check_pools_disjoint(subnet);
    for (const ReservationDraft& entry : subnet.reservations) {
      if (entry.address != nullptr) check_reserved(subnet, entry);
    }
  }

 private:
  void check_pool(const SubnetDraft& subnet, const PoolDraft& pool) {
    const wire::Ipv4Prefix& prefix = subnet.subnet.prefix;
    const AddressRange& range = pool.pool.range;
    if (!prefix.contains(range.first) || !prefix.contains(range.last)) {
      report_.add(*pool.node, "the pool leaves its subnet " + prefix_text(prefix) + ", which is " +
                                  text_of(AddressRange{prefix.network(), prefix.last()}));
      return;
    }
    check_parts(subnet, pool);
    pools_ += 1;
    for (const AddressRange& cut : within(range, exclusions_of(subnet, pool))) {
      if (size_of(cut) >= kExclusionSplits) ++pools_;
    }
    if (!too_many_pools_ && pools_ > kPoolsMax) {
      too_many_pools_ = true;
      report_.add(*pool.node, "with this pool there are more than " + std::to_string(kPoolsMax) +
                                  "; join those that are neighbours");
    }
    const std::uint64_t before = pool_addresses_;
    pool_addresses_ += size_of(range);
    if (before <= kPoolAddressesMax && pool_addresses_ > kPoolAddressesMax) {
      report_.add(*pool.node, "with this pool there are more than " +
                                  std::to_string(kPoolAddressesMax) +
                                  " addresses in pools; make them smaller");
    }
  }

  // What clients get of a pool.
  void check_parts(const SubnetDraft& subnet, const PoolDraft& pool) {
    const std::vector<AddressRange> parts = without(pool.pool.range, exclusions_of(subnet, pool));
    if (parts.empty()) {
      report_.add(*pool.node, "all of the pool is excluded; remove it, or exclude less");
    }
    for (const AddressRange& part : parts) {
      const Taken* taken = taken_.find(subnet, part);
      if (taken == nullptr) continue;
      report_.add(*pool.node, "the pool contains " + taken->what + ", " + text_of(taken->address) +
                                  "; " + rest_of(pool.pool.range, taken->address));
      return;
    }
  }

  void check_exclusions(const SubnetDraft& subnet) {
    const wire::Ipv4Prefix& prefix = subnet.subnet.prefix;
    for (const RangeDraft& exclusion : subnet.exclude) {
      if (prefix.contains(exclusion.range.first) && prefix.contains(exclusion.range.last)) continue;
      report_.add(*exclusion.node, "it is not in the subnet " + prefix_text(prefix));
    }
    for (const PoolDraft& pool : subnet.pools) {
      for (const RangeDraft& exclusion : pool.exclude) {
        const AddressRange& range = pool.pool.range;
        if (exclusion.range.first >= range.first && exclusion.range.last <= range.last) continue;
        report_.add(*exclusion.node, "it is not in the pool " + text_of(range));
      }
    }
  }

  void check_pools_disjoint(const SubnetDraft& subnet) {
    std::vector<const PoolDraft*> sorted;
    for (const PoolDraft& pool : subnet.pools) sorted.push_back(&pool);
    std::ranges::stable_sort(sorted, {},
                             [](const PoolDraft* pool) { return pool->pool.range.first; });
    const PoolDraft* widest = nullptr;  // of those before, the one that ends last
    for (const PoolDraft* pool : sorted) {
      if (widest != nullptr && pool->pool.range.first <= widest->pool.range.last) {
        // Reported at the one that stands later in the file.
        const bool later = std::pair(pool->node->line, pool->node->column) >
                           std::pair(widest->node->line, widest->node->column);
        const PoolDraft* place = later ? pool : widest;
        const PoolDraft* other = later ? widest : pool;
        report_.add(*place->node, "overlaps the pool " + text_of(other->pool.range) + " in line " +
                                      std::to_string(other->node->line) + "; join them");
      }
      if (widest == nullptr || pool->pool.range.last > widest->pool.range.last) widest = pool;
    }
  }

  void check_reserved(const SubnetDraft& subnet, const ReservationDraft& entry) {
    const Ipv4Address address = *entry.reservation.address;
    if (!subnet.subnet.prefix.contains(address)) {
      report_.add(*entry.address, "it is not in the subnet " + prefix_text(subnet.subnet.prefix) +
                                      "; move the reservation to the subnet that has it");
      return;
    }
    const Taken* taken = taken_.find(subnet, {address, address});
    if (taken != nullptr)
      report_.add(*entry.address, "this is " + taken->what + "; choose another");
    const auto [first, fresh] = reserved_.emplace(address, entry.address);
    if (!fresh) {
      report_.add(*entry.address, "the reservation in line " + std::to_string(first->second->line) +
                                      " has this address; choose another");
    }
  }

  TakenAddresses taken_;
  Report& report_;
  std::map<Ipv4Address, const Node*> reserved_;
  std::uint64_t pool_addresses_ = 0;
  std::size_t pools_ = 0;
  bool too_many_pools_ = false;
};

}  // namespace

std::vector<AddressRange> exclusions_of(const SubnetDraft& subnet, const PoolDraft& pool) {
  std::vector<AddressRange> exclusions;
  for (const RangeDraft& exclusion : subnet.exclude) exclusions.push_back(exclusion.range);
  for (const RangeDraft& exclusion : pool.exclude) exclusions.push_back(exclusion.range);
  return exclusions;
}

void check_addresses(const Draft& draft, Report& report) {
  AddressCheck check(draft, report);
  for (const SubnetDraft& subnet : draft.subnets) check.check(subnet);
}

}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
#include "control/lease_count.h"

#include <algorithm>

#include "control/json_reply.h"

namespace stentor::control {

LeaseCount::Census LeaseCount::total() const {
  Census sum = elsewhere;
  for (const Row& row : rows) sum += row.census;
  return sum;
}

const LeaseCount* LeaseCounter::count(base::Duration patience) {
  const base::Time begun = base::MonotonicClock::now();
  if (begun < good_until_) return &count_;
  if (!count_again(begun, patience)) return nullptr;
  const base::Time ended = base::MonotonicClock::now();
  good_until_ = ended + std::max(kAgeMax, kRestFactor * (ended - begun));
  return &count_;
}

// In pieces, between which the control thread has its turn; a reload among them is seen by the next
// count.
bool LeaseCounter::count_again(base::Time now, base::Duration patience) {
  auto subnets = copied(lock_, patience, [this] { return report_.subnets(); });
  if (!subnets) return false;
  std::ranges::sort(*subnets, {}, [](const wire::Ipv4Prefix& subnet) { return subnet.network(); });
  LeaseCount fresh;
  std::uint64_t next = 0;
  for (const wire::Ipv4Prefix& subnet : *subnets) {
    const std::uint64_t begin = subnet.network().host();
    const std::uint64_t end = std::uint64_t{subnet.last().host()} + 1;
    LeaseCount::Row& row = fresh.rows.emplace_back(LeaseCount::Row{.subnet = subnet});
    if (!add_range(fresh.elsewhere, next, begin, now, patience) ||
        !add_range(row.census, begin, end, now, patience)) {
      return false;
    }
    next = end;
  }
  if (!add_range(fresh.elsewhere, next, std::uint64_t{1} << 32, now, patience)) return false;
  count_ = std::move(fresh);
  return true;
}

// `end`: the first address behind it.
bool LeaseCounter::add_range(LeaseCount::Census& to, std::uint64_t first, std::uint64_t end,
                             base::Time now, base::Duration patience) {
  if (first >= end) return true;
  const auto address = [](std::uint64_t host) {
    return wire::Ipv4Address{static_cast<std::uint32_t>(host)};
  };
  for (std::optional from = address(first); from;) {
    const auto piece = copied(lock_, patience, [&] {
      return report_.census(*from, address(end - 1), Report::kSlotsAtOnce, now);
    });
    if (!piece) return false;
    to += piece->census;
    from = piece->next;
  }
  return true;
}

std::string text_of(const wire::Ipv4Prefix& subnet) {
  return std::string(subnet.network().text().view()) + "/" + std::to_string(subnet.length);
}

std::vector<MetricFamily> metrics_of(const LeaseCount& count) {
  using Census = LeaseCount::Census;
  constexpr std::pair<const char*, std::uint64_t Census::*> kStates[] = {
      {"bound", &Census::bound},
      {"offered", &Census::offered},
      {"declined", &Census::declined},
      {"reserved", &Census::reserved},
      {"free", &Census::free}};
  std::vector<MetricFamily> families{
      {"stentor_leases_elsewhere",
       "Addresses that somebody holds in no subnet that is configured.",
       MetricFamily::Kind::gauge,
       {{.value = static_cast<double>(count.elsewhere.size())}}}};
  if (count.rows.empty()) return families;
  MetricFamily& family = families.emplace_back(
      MetricFamily{"stentor_leases",
                   "Addresses of each subnet, by what they are to whoever asks next.",
                   MetricFamily::Kind::gauge,
                   {}});
  for (const LeaseCount::Row& row : count.rows) {
    for (const auto& [state, member] : kStates) {
      family.samples.push_back({{{"subnet", text_of(row.subnet)}, {"state", state}},
                                static_cast<double>(row.census.*member)});
    }
  }
  return families;
}

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "config/cross_check.h"
#include "config/limit.h"
#include "config/name_kind.h"

namespace stentor::config {
namespace {

constexpr std::array<std::string_view, 6> kNames{
    "client-id", "UUID", "circuit-id and remote-id", "circuit-id", "remote-id", "MAC address"};

class HostCheck {
 public:
  explicit HostCheck(Report& report) : report_(report) {}

  void check(const SubnetDraft& subnet, std::size_t network) {
    for (const ReservationDraft& entry : subnet.reservations) {
      for_each_name(entry.reservation.host, [&](std::uint8_t kind, base::Bytes name) {
        check(entry, kind, name, network);
      });
      for (const MacPattern& mac : entry.reservation.host.macs) {
        if (whole_mac(mac) || ++wildcards_ != kMacWildcardsMax + 1) continue;
        report_.add(*entry.mac, "with this one there are more than " +
                                    std::to_string(kMacWildcardsMax) +
                                    " MAC addresses with wildcards; use dhcp.classes for them");
      }
    }
  }

 private:
  void check(const ReservationDraft& entry, std::uint8_t kind, base::Bytes name,
             std::size_t network) {
    std::vector<std::uint8_t> bytes(name.begin(), name.end());
    if (kind == name_kind::kUuid) {
      // Both orders of its bytes are the same name.
      const Uuid uuid =
          std::min(*entry.reservation.host.uuid, turned(*entry.reservation.host.uuid));
      bytes.assign(uuid.begin(), uuid.end());
    }
    const Node* place = kind == name_kind::kMac && entry.mac != nullptr ? entry.mac : entry.node;
    const auto [first, fresh] = seen_.emplace(std::tuple(network, kind, std::move(bytes)), place);
    if (fresh) return;
    report_.add(*place, "the reservation in line " + std::to_string(first->second->line) +
                            " has this " + std::string(kNames[kind]) + "; join them");
  }

  Report& report_;
  std::map<std::tuple<std::size_t, std::uint8_t, std::vector<std::uint8_t>>, const Node*> seen_;
  std::size_t wildcards_ = 0;
};

}  // namespace

void check_hosts(const Draft& draft, Report& report) {
  HostCheck check(report);
  for (std::size_t i = 0; i < draft.subnets.size(); ++i) {
    const auto shared = draft.subnets[i].subnet.shared_network;
    check.check(draft.subnets[i], shared ? draft.subnets.size() + *shared : i);
  }
}

}  // namespace stentor::config

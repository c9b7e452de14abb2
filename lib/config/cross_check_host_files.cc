// SPDX-License-Identifier: BSD-3-Clause
// dhcp.hosts against the subnets, the reservations and each other. By sorting: there may be a
// million of them.
#include <algorithm>
#include <string>

#include "base/siphash.h"
#include "config/cross_check.h"
#include "config/host_identifier.h"
#include "config/taken_address.h"

namespace stentor::config {
namespace {

constexpr std::uint32_t kAnywhere = 0xffff;

struct Place {
  wire::Ipv4Prefix prefix;
  const SubnetDraft* subnet = nullptr;
  std::uint32_t network = 0;
};

// Something that stands once: an address, or what knows a machine in a network.
struct Entry {
  std::uint64_t key = 0;
  std::uint32_t host = 0;      // in the table; nobody's if `node` is there
  const Node* node = nullptr;  // of a reservation of the subnets
};

class HostFileCheck {
 public:
  HostFileCheck(const Draft& draft, const HostTable& table, std::vector<Report>& reports)
      : table_(table), reports_(reports), taken_(draft) {
    for (std::size_t i = 0; i < draft.subnets.size(); ++i) {
      const SubnetDraft& subnet = draft.subnets[i];
      if (subnet.prefix == nullptr) continue;
      const auto shared = subnet.subnet.shared_network;
      const std::size_t network = shared ? draft.subnets.size() + *shared : i;
      places_.push_back({subnet.subnet.prefix, &subnet, static_cast<std::uint32_t>(network)});
      add_reservations(subnet, static_cast<std::uint32_t>(network));
    }
    std::ranges::sort(places_, {}, [](const Place& place) { return place.prefix.network(); });
  }

  void check() {
    for (std::uint32_t i = 0; i < table_.hosts.size(); ++i) {
      const HostTable::Host& host = table_.hosts[i];
      std::uint32_t network = kAnywhere;
      if (!host.address.is_zero()) {
        const Place* place = find_place(host);
        if (place == nullptr) continue;
        network = place->network;
        addresses_.push_back({host.address.host(), i});
      }
      for (const HostTable::Name& name : table_.names_of(i)) {
        add_name(network, name.kind, table_.bytes_of(name), {0, i});
      }
    }
    check_once(addresses_, "address; choose another");
    check_once(macs_, "MAC address in this network; join them");
    check_once(others_, "name in this network; join them");
  }

 private:
  void report(const HostTable::Host& host, const std::string& sentence) {
    reports_[host.file].add_at(static_cast<int>(host.line), 1, sentence);
  }

  void add_reservations(const SubnetDraft& subnet, std::uint32_t network) {
    for (const ReservationDraft& entry : subnet.reservations) {
      const Entry made{0, 0, entry.node};
      if (entry.address != nullptr) {
        addresses_.push_back({entry.reservation.address->host(), 0, entry.node});
      }
      for_each_name(entry.reservation.host, [&](std::uint8_t kind, base::Bytes name) {
        add_name(network, kind, name, made);
      });
    }
  }

  void add_name(std::uint32_t network, std::uint8_t kind, base::Bytes name, Entry entry) {
    if (kind == name_kind::kMac) {
      entry.key = network;
      for (const std::uint8_t byte : name) entry.key = entry.key << 8 | byte;
      return macs_.push_back(entry);
    }
    std::vector<std::uint8_t> input{static_cast<std::uint8_t>(network >> 8),
                                    static_cast<std::uint8_t>(network), kind};
    if (kind == name_kind::kUuid) {
      // Both orders of its bytes are the same name.
      Uuid uuid;
      std::ranges::copy(name, uuid.begin());
      const Uuid lesser = std::min(uuid, turned(uuid));
      input.insert(input.end(), lesser.begin(), lesser.end());
    } else {
      input.insert(input.end(), name.begin(), name.end());
    }
    // That two names of one site have the same 64 bits does not happen by accident.
    entry.key = base::siphash64({1, 2}, input);
    others_.push_back(entry);
  }

  const Place* find_place(const HostTable::Host& host) {
    const auto after = std::ranges::upper_bound(
        places_, host.address, {}, [](const Place& place) { return place.prefix.network(); });
    const Place* place = after == places_.begin() ? nullptr : &*(after - 1);
    const std::string shown = std::string(host.address.text().view());
    if (place == nullptr || !place->prefix.contains(host.address)) {
      report(host, "address '" + shown +
                       "': no subnet of dhcp.subnets holds it; add the subnet, or correct it");
      return nullptr;
    }
    if (const Taken* taken = taken_.find(*place->subnet, {host.address, host.address})) {
      report(host, "address '" + shown + "': this is " + taken->what + "; choose another");
      return nullptr;
    }
    return place;
  }

  [[nodiscard]] std::string place_of(const Entry& entry) const {
    if (entry.node != nullptr) {
      return "the reservation in line " + std::to_string(entry.node->line) +
             " of the configuration";
    }
    const HostTable::Host& host = table_.hosts[entry.host];
    return "line " + std::to_string(host.line) + " of " + table_.files[host.file];
  }

  // Reported at the later one. Two reservations of the configuration were compared before.
  void check_once(std::vector<Entry>& entries, const char* what) {
    std::ranges::sort(entries, {}, [](const Entry& entry) {
      return std::tuple(entry.key, entry.node == nullptr, entry.host);
    });
    for (std::size_t i = 1; i < entries.size(); ++i) {
      const Entry& before = entries[i - 1];
      if (entries[i].key != before.key || entries[i].node != nullptr) continue;
      if (before.node == nullptr && before.host == entries[i].host) continue;
      report(table_.hosts[entries[i].host], place_of(before) + " has this " + what);
    }
  }

  const HostTable& table_;
  std::vector<Report>& reports_;
  TakenAddresses taken_;
  std::vector<Place> places_;  // by address
  std::vector<Entry> addresses_;
  std::vector<Entry> macs_;
  std::vector<Entry> others_;
};

}  // namespace

void check_host_files(const Draft& draft, const HostTable& table, std::vector<Report>& reports) {
  HostFileCheck(draft, table, reports).check();
}

}  // namespace stentor::config

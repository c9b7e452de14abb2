// SPDX-License-Identifier: BSD-3-Clause
#include "config/fixed_key.h"

#include <algorithm>
#include <array>

namespace stentor::config {

namespace {

template <auto Section, auto Member>
bool is_same(const Settings& running, const Settings& next) {
  return (running.*Section).*Member == (next.*Section).*Member;
}

bool has_same_hugepages(const Settings& running, const Settings& next) {
  return is_same<&Settings::workers, &Workers::hugepages>(running, next) &&
         is_same<&Settings::workers, &Workers::hugepage_bytes_max>(running, next);
}

bool has_same_watch(const Settings& running, const Settings& next) {
  const Watch& a = running.images.watch;
  const Watch& b = next.images.watch;
  return a.is_on == b.is_on && a.settle == b.settle && a.poll == b.poll && a.ignore == b.ignore;
}

// What certificate is shown may change.
bool has_same_http(const Settings& running, const Settings& next) {
  const auto& a = running.control.http;
  const auto& b = next.control.http;
  if (!a || !b) return !a && !b;
  return a->address == b->address && a->tls.has_value() == b->tls.has_value();
}

bool has_same_tftp_ports(const Settings& running, const Settings& next) {
  return is_same<&Settings::tftp, &Tftp::single_port>(running, next) &&
         is_same<&Settings::tftp, &Tftp::port_first>(running, next) &&
         is_same<&Settings::tftp, &Tftp::port_last>(running, next);
}

constexpr std::array kFixedKeys{
    FixedKey{"workers.cores", is_same<&Settings::workers, &Workers::cores>},
    FixedKey{"workers.idle", is_same<&Settings::workers, &Workers::idle>},
    FixedKey{"workers.hugepages", has_same_hugepages},
    FixedKey{"dhcp.empty-router-advertisements",
             is_same<&Settings::dhcp, &Dhcp::empty_router_advertisements>},
    FixedKey{"images.root", is_same<&Settings::images, &Images::root>},
    FixedKey{"images.manifest.file", is_same<&Settings::images, &Images::manifest_file>},
    FixedKey{"images.manifest.required", is_same<&Settings::images, &Images::manifest_required>},
    FixedKey{"images.watch", has_same_watch},
    FixedKey{"images.case-insensitive", is_same<&Settings::images, &Images::path_case>},
    FixedKey{"tftp.ports", has_same_tftp_ports},
    FixedKey{"tftp.transfers-max", is_same<&Settings::tftp, &Tftp::transfers_max>},
    FixedKey{"leases.database", is_same<&Settings::leases, &Leases::database>},
    FixedKey{"leases.durability", is_same<&Settings::leases, &Leases::durability>},
    FixedKey{"control.socket", is_same<&Settings::control, &Control::socket>},
    FixedKey{"control.http", has_same_http},
    FixedKey{"control.metrics", is_same<&Settings::control, &Control::metrics>},
};

// What a device was opened for.
bool has_same_networks(const Port& running, const Port& next) {
  return std::ranges::equal(
      running.networks, next.networks, [](const Network& a, const Network& b) {
        return a.vlan == b.vlan && a.mtu == b.mtu && a.address.address == b.address.address &&
               a.address.length == b.address.length;
      });
}

std::string sentence_of(std::string_view key) {
  return std::string(key) + " cannot change while stentord runs; a restart applies it";
}

void add_port_changes(const std::vector<Port>& running, const std::vector<Port>& next,
                      std::vector<std::string>& changes) {
  if (running.size() != next.size()) return changes.push_back(sentence_of("the number of ports"));
  for (std::size_t i = 0; i < running.size(); ++i) {
    const std::string port = "ports[" + std::to_string(i) + "].";
    const Port& old = running[i];
    if (old.name != next[i].name) changes.push_back(sentence_of(port + "name"));
    if (old.device.text != next[i].device.text) changes.push_back(sentence_of(port + "device"));
    if (old.device.mode != next[i].device.mode) changes.push_back(sentence_of(port + "bond"));
    if (old.queues != next[i].queues) changes.push_back(sentence_of(port + "queues"));
    if (!has_same_networks(old, next[i])) {
      changes.push_back(sentence_of(port + "networks (all but its dhcp)"));
    }
  }
}

}  // namespace

std::span<const FixedKey> fixed_keys() { return kFixedKeys; }

std::vector<std::string> fixed_changes(const Settings& running, const Settings& next) {
  std::vector<std::string> changes;
  add_port_changes(running.ports, next.ports, changes);
  for (const FixedKey& fixed : kFixedKeys) {
    if (!fixed.is_same(running, next)) changes.push_back(sentence_of(fixed.key));
  }
  return changes;
}

}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
#include "worker/snapshot.h"

#include <algorithm>

namespace stentor::worker {

std::optional<WorkerIndex> PortSteering::owner_of_port(std::uint16_t server_port) const {
  if (is_single_port() || server_port < first) return std::nullopt;
  const std::size_t position = (server_port - first) / slice;
  if (position >= workers.size()) return std::nullopt;
  return workers[position];
}

bool PortSteering::includes(WorkerIndex worker) const {
  return std::find(workers.begin(), workers.end(), worker) != workers.end();
}

const Network* PortView::find_network(wire::VlanPath vlan) const {
  for (const Network& network : networks) {
    if (network.vlan == vlan) return &network;
  }
  return nullptr;
}

tftp::ClientContext Snapshot::context_of(const lease::ClientFacts& facts) const {
  tftp::ClientContext context{.mac = facts.mac, .serial = facts.serial};
  // Bits of a configuration with other classes say nothing under this one.
  if (facts.class_list == policy.class_list()) context.classes = facts.classes;
  if (!looks_beside_boot_file) return context;
  context.boot_directory = policy.find_directory(facts.boot_directory);
  if (context.boot_directory == nullptr && facts.mac) {
    context.boot_directory = hosts.find_directory(*facts.mac, facts.boot_directory);
  }
  return context;
}

std::optional<tftp::ClientContext> Snapshot::find_client(const Network& network,
                                                         const wire::MacAddress& mac,
                                                         wire::Ipv4Address address) const {
  if (clients == nullptr) return tftp::ClientContext{.address = address};
  // Behind a router the frame says only whose the router is.
  const bool is_on_link = network.address.contains(address);
  auto found = clients->find_lease(*leases, address);
  if (found && !*found && is_on_link) found = clients->find_unleased(network.index, mac);
  if (!found) return std::nullopt;
  tftp::ClientContext context;
  if (*found) {
    context = context_of(**found);
  } else if (is_on_link) {
    context.mac = mac;
  }
  context.address = address;
  return context;
}

std::optional<std::uint64_t> Snapshot::size_of(std::string_view path,
                                               const dhcp::Fetcher& fetcher) const {
  if (files.asks_for_address() && !fetcher.address) return std::nullopt;
  tftp::ClientContext client = context_of(fetcher.facts);
  client.address = fetcher.address;
  const image::Image* image = files.find(path, client);
  if (image == nullptr || !files.allows(*image, client)) return std::nullopt;
  return image->bytes.size();
}

}  // namespace stentor::worker

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

std::optional<std::uint64_t> Snapshot::size_of(std::string_view path) const {
  const image::Image* image = files.find(path);
  if (image == nullptr) return std::nullopt;
  return image->bytes.size();
}

}  // namespace stentor::worker

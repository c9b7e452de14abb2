// SPDX-License-Identifier: BSD-3-Clause
#include "worker/client_counts.h"

#include "base/check.h"
#include "wire/flow_hash.h"
#include "worker/linear_probing.h"

namespace stentor::worker {

ClientCounts::ClientCounts(std::uint32_t transfers_max, std::uint64_t hash_key)
    : hash_key_(hash_key), cells_(cell_count(transfers_max)) {}

std::size_t ClientCounts::home_of(wire::Ipv4Address client) const {
  return wire::flow_hash(hash_key_, client, 0) & (cells_.size() - 1);
}

// The client's cell, or the empty one where it would go.
std::size_t ClientCounts::cell_of(wire::Ipv4Address client) const {
  std::size_t cell = home_of(client);
  while (cells_[cell].transfers != 0 && cells_[cell].client != client) {
    cell = (cell + 1) & (cells_.size() - 1);
  }
  return cell;
}

std::uint32_t ClientCounts::of(wire::Ipv4Address client) const {
  return cells_[cell_of(client)].transfers;
}

void ClientCounts::add(wire::Ipv4Address client) {
  Cell& cell = cells_[cell_of(client)];
  cell.client = client;
  ++cell.transfers;
}

void ClientCounts::remove(wire::Ipv4Address client) {
  const std::size_t cell = cell_of(client);
  CHECK(cells_[cell].transfers != 0);
  if (--cells_[cell].transfers != 0) return;
  erase_cell<Cell>(cells_, cell, {}, [this](std::size_t at) { return home_of(cells_[at].client); });
}

}  // namespace stentor::worker

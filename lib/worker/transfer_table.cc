// SPDX-License-Identifier: BSD-3-Clause
#include "worker/transfer_table.h"

#include <bit>

#include "base/check.h"
#include "worker/linear_probing.h"

namespace stentor::worker {

TransferTable::TransferTable(std::uint32_t transfers_max, std::uint64_t hash_key)
    : hash_key_(hash_key),
      records_(transfers_max, LiveTransfer{.state = tftp::Transfer({}, {}, 0, {})}),
      free_(transfers_max),
      cells_(cell_count(transfers_max)),
      counts_(transfers_max, hash_key) {
  CHECK(transfers_max > 0 && transfers_max < kNoTransfer);
  // The lowest index is taken first: few transfers stay in few cache lines.
  for (std::uint32_t i = 0; i < transfers_max; ++i) free_[i] = transfers_max - 1 - i;
}

// The cell that holds (client, port), or the empty one where it would go.
std::size_t TransferTable::cell_of(wire::Ipv4Address client, std::uint16_t port,
                                   std::uint32_t hash) const {
  std::size_t at = home_of(hash);
  for (; cells_[at].index != kNoTransfer; at = (at + 1) & (cells_.size() - 1)) {
    if (cells_[at].hash != hash) continue;
    const wire::UdpFlow flow = records_[cells_[at].index].header.flow();
    if (flow.destination == client && flow.destination_port == port) break;
  }
  return at;
}

TransferIndex TransferTable::find(wire::Ipv4Address client, std::uint16_t port) const {
  return cells_[cell_of(client, port, hash_of(client, port))].index;
}

TransferIndex TransferTable::add(const LiveTransfer& transfer) {
  if (live_ == records_.size()) return kNoTransfer;
  const wire::UdpFlow flow = transfer.header.flow();
  const std::uint32_t hash = hash_of(flow.destination, flow.destination_port);
  Cell& cell = cells_[cell_of(flow.destination, flow.destination_port, hash)];
  CHECK(cell.index == kNoTransfer);
  const TransferIndex index = free_[records_.size() - 1 - live_++];
  cell = {index, hash};
  records_[index] = transfer;
  counts_.add(flow.destination);
  return index;
}

void TransferTable::erase(TransferIndex index) {
  const wire::UdpFlow flow = records_[index].header.flow();
  const std::size_t cell = cell_of(flow.destination, flow.destination_port,
                                   hash_of(flow.destination, flow.destination_port));
  CHECK(cells_[cell].index == index);
  erase_cell<Cell>(cells_, cell, {}, [this](const Cell& other) { return home_of(other.hash); });
  counts_.remove(flow.destination);
  free_[records_.size() - live_--] = index;
}

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#include "worker/transfer_table.h"

#include <bit>

#include "base/check.h"
#include "worker/linear_probing.h"

namespace stentor::worker {

TransferTable::TransferTable(std::uint32_t transfers_max, std::uint64_t hash_key)
    : hash_key_(hash_key),
      index_bits_(static_cast<unsigned>(std::bit_width(transfers_max))),
      index_mask_((TransferIndex{1} << index_bits_) - 1),
      records_(transfers_max, LiveTransfer{.state = tftp::Transfer({}, {}, 0, {})}),
      free_(transfers_max),
      cells_(TransferHomes::cell_count(transfers_max), kEmpty),
      homes_(transfers_max),
      counts_(transfers_max, hash_key) {
  CHECK(transfers_max > 0 && index_bits_ + kHomeBits <= 32);
  // The lowest index is taken first: few transfers stay in few cache lines.
  for (std::uint32_t i = 0; i < transfers_max; ++i) free_[i] = transfers_max - 1 - i;
}

std::size_t TransferTable::first_of_run(std::size_t at) const {
  while (cells_[before(at)] != kEmpty) at = before(at);
  return at;
}

// Without a look at the record, which a transfer that ends would fetch for each of its neighbours.
std::size_t TransferTable::home_at(std::size_t at, std::size_t first) const {
  const std::size_t mask = cells_.size() - 1;
  if (((at - first) & mask) > kHomeMask) {
    const wire::UdpFlow flow = records_[index_in(cells_[at])].header.flow();
    return homes_.home_of(hash_of(flow.destination, flow.destination_port));
  }
  const std::size_t low_bits = cells_[at] >> index_bits_ & kHomeMask;
  return (at - ((at - low_bits) & kHomeMask & mask)) & mask;
}

// The cell that holds (client, port), or the empty one where it would go.
std::size_t TransferTable::cell_of(wire::Ipv4Address client, std::uint16_t port,
                                   std::uint64_t hash) const {
  const Cell tag = tag_of(hash);
  std::size_t at = candidate_from(homes_.home_of(hash), tag);
  for (; cells_[at] != kEmpty; at = candidate_from(after(at), tag)) {
    const wire::UdpFlow flow = records_[index_in(cells_[at])].header.flow();
    if (flow.destination == client && flow.destination_port == port) break;
  }
  return at;
}

TransferIndex TransferTable::find(wire::Ipv4Address client, std::uint16_t port) const {
  const std::uint64_t hash = hash_of(client, port);
  if (!homes_.has(hash)) return kNoTransfer;
  return transfer_in(cell_of(client, port, hash));
}

TransferIndex TransferTable::add(const LiveTransfer& transfer) {
  if (live_ == records_.size()) return kNoTransfer;
  const wire::UdpFlow flow = transfer.header.flow();
  const std::uint64_t hash = hash_of(flow.destination, flow.destination_port);
  Cell& cell = cells_[cell_of(flow.destination, flow.destination_port, hash)];
  CHECK(cell == kEmpty);
  const TransferIndex index = free_[records_.size() - 1 - live_++];
  cell = tag_of(hash) | index;
  homes_.set(hash);
  records_[index] = transfer;
  counts_.add(flow.destination);
  return index;
}

void TransferTable::erase(TransferIndex index) {
  const wire::UdpFlow flow = records_[index].header.flow();
  const std::uint64_t hash = hash_of(flow.destination, flow.destination_port);
  const std::size_t cell = cell_of(flow.destination, flow.destination_port, hash);
  CHECK(cells_[cell] != kEmpty && index_in(cells_[cell]) == index);
  const std::size_t home = homes_.home_of(hash);
  const std::size_t first = first_of_run(home);
  erase_cell<Cell>(cells_, cell, kEmpty,
                   [this, first](std::size_t at) { return home_at(at, first); });
  bool is_shared = false;  // it is another's home as well
  for (std::size_t at = home; cells_[at] != kEmpty && !is_shared; at = after(at)) {
    is_shared = home_at(at, first) == home;
  }
  if (!is_shared) homes_.clear(hash);
  counts_.remove(flow.destination);
  free_[records_.size() - live_--] = index;
}

}  // namespace stentor::worker

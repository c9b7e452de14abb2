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
      cells_(cell_count(transfers_max), kEmpty),
      homes_(home_words(transfers_max)),
      counts_(transfers_max, hash_key) {
  CHECK(transfers_max > 0 && transfers_max < kNoTransfer / 2);
  // The lowest index is taken first: few transfers stay in few cache lines.
  for (std::uint32_t i = 0; i < transfers_max; ++i) free_[i] = transfers_max - 1 - i;
}

std::size_t TransferTable::home_in(Cell cell) const {
  const wire::UdpFlow flow = records_[index_in(cell)].header.flow();
  return home_of(hash_of(flow.destination, flow.destination_port));
}

void TransferTable::mark_home(std::size_t home) {
  homes_[home / kHomesAWord] |= HomeWord{1} << home % kHomesAWord;
}

// Unless it is another's home as well.
void TransferTable::forget_home(std::size_t home) {
  for (std::size_t at = home; cells_[at] != kEmpty; at = after(at)) {
    if (home_in(cells_[at]) == home) return;
  }
  homes_[home / kHomesAWord] &= ~(HomeWord{1} << home % kHomesAWord);
}

// The cell that holds (client, port), or the empty one where it would go.
std::size_t TransferTable::cell_of(wire::Ipv4Address client, std::uint16_t port,
                                   std::uint64_t hash) const {
  const Cell tag = tag_of(hash);
  std::size_t at = candidate_from(home_of(hash), tag);
  for (; cells_[at] != kEmpty; at = candidate_from(after(at), tag)) {
    const wire::UdpFlow flow = records_[index_in(cells_[at])].header.flow();
    if (flow.destination == client && flow.destination_port == port) break;
  }
  return at;
}

TransferIndex TransferTable::find(wire::Ipv4Address client, std::uint16_t port) const {
  const std::uint64_t hash = hash_of(client, port);
  if (!is_home(home_of(hash))) return kNoTransfer;
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
  mark_home(home_of(hash));
  records_[index] = transfer;
  counts_.add(flow.destination);
  return index;
}

void TransferTable::erase(TransferIndex index) {
  const wire::UdpFlow flow = records_[index].header.flow();
  const std::uint64_t hash = hash_of(flow.destination, flow.destination_port);
  const std::size_t cell = cell_of(flow.destination, flow.destination_port, hash);
  CHECK(cells_[cell] != kEmpty && index_in(cells_[cell]) == index);
  erase_cell<Cell>(cells_, cell, kEmpty, [this](Cell other) { return home_in(other); });
  forget_home(home_of(hash));
  counts_.remove(flow.destination);
  free_[records_.size() - live_--] = index;
}

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The live TFTP transfers of one worker: a fixed array of records, a free list, an index by (client
// address, client port), and the number that each address has. One thread. Nothing is allocated
// after construction.
//
// A client port carries one transfer at a time: a client that sends a new request from the same
// port has given the old transfer up. The server port tells late ACKs of the old one from those of
// the new.

#include <cstdint>
#include <span>
#include <vector>

#include "image/image.h"
#include "tftp/netascii.h"
#include "tftp/transfer.h"
#include "wire/data_header.h"
#include "wire/flow_hash.h"
#include "worker/client_counts.h"
#include "worker/snapshot.h"
#include "worker/transfer_homes.h"

namespace stentor::worker {

using TransferIndex = std::uint32_t;
inline constexpr TransferIndex kNoTransfer = UINT32_MAX;

inline constexpr std::uint8_t kNoBlockSums = 0xff;

struct alignas(64) LiveTransfer {
  tftp::Transfer state;
  wire::DataHeader header{};  // the way to the client: the newest valid frame's, reversed
  const image::Image* image = nullptr;
  tftp::TextReader text{};                 // in use: a transfer in netascii
  std::uint64_t request_hash = 0;          // of the RRQ's bytes: what "repeated" means
  std::uint16_t stamped_second = 0;        // when its lease was last stamped
  std::uint16_t credit = 0;                // bytes that it may send before others have their turn
  std::uint16_t attachment = 0;            // the port queue that it is served on
  std::uint8_t block_sums = kNoBlockSums;  // index into Image::block_sums
  bool wants_buffer : 1 = false;           // found none, and tries again a millisecond later
  bool is_awaited : 1 = false;             // control waits for its end (TftpService::complete())
  bool shows_mac : 1 = false;              // is_awaited: not hidden by a router
  bool is_over : 1 = false;                // is_awaited: but for being told
  std::uint8_t turns : 4 = 0;              // that it has before others have theirs
};
static_assert(sizeof(LiveTransfer) <= 192, "DESIGN section 9: a transfer costs at most 192 bytes");

class TransferTable {
 public:
  TransferTable(std::uint32_t transfers_max, std::uint64_t hash_key);
  [[nodiscard]] static std::uint64_t memory_bytes(std::uint32_t transfers_max) {
    return transfers_max * (sizeof(LiveTransfer) + sizeof(TransferIndex)) +
           TransferHomes::cell_count(transfers_max) * sizeof(Cell) +
           TransferHomes::memory_bytes(transfers_max) + ClientCounts::memory_bytes(transfers_max);
  }

  // kNoTransfer if there is none.
  [[nodiscard]] TransferIndex find(wire::Ipv4Address client, std::uint16_t port) const;
  // find() in two steps that wait for no cell and no record, of which the second is for some time
  // after the first.
  [[gnu::always_inline]] void prefetch_cell(std::uint64_t hash) const {
    __builtin_prefetch(&cells_[homes_.home_of(hash)]);
  }
  // Nearly always what find() finds; no record is looked at.
  [[nodiscard]] TransferIndex candidate_of(std::uint64_t hash) const {
    if (!homes_.has(hash)) return kNoTransfer;
    return transfer_in(candidate_from(homes_.home_of(hash), tag_of(hash)));
  }
  [[gnu::always_inline]] void prefetch(TransferIndex index) const {
    const auto* record = reinterpret_cast<const char*>(&records_[index]);
    for (std::size_t at = 0; at < sizeof(LiveTransfer); at += 64)
      __builtin_prefetch(record + at, 1);
  }
  // What live_of() and add() will look at.
  [[gnu::always_inline]] void prefetch_place(wire::Ipv4Address client, std::uint16_t port) const {
    counts_.prefetch(client);
    __builtin_prefetch(&cells_[homes_.home_of(hash_of(client, port))], 1);
  }
  // kNoTransfer when full. (client, port) is not in the table yet.
  TransferIndex add(const LiveTransfer& transfer);
  void erase(TransferIndex index);

  // Of a client; the same in all tables of one key.
  [[nodiscard]] std::uint64_t hash_of(wire::Ipv4Address client, std::uint16_t port) const {
    return wire::flow_hash(hash_key_, client, port);
  }
  [[nodiscard]] const TransferHomes& homes() const { return homes_; }
  [[nodiscard]] LiveTransfer& operator[](TransferIndex index) { return records_[index]; }
  [[nodiscard]] std::uint32_t live() const { return live_; }
  [[nodiscard]] std::uint32_t live_of(wire::Ipv4Address client) const { return counts_.of(client); }
  [[nodiscard]] std::uint32_t capacity() const {
    return static_cast<std::uint32_t>(records_.size());
  }

 private:
  // A cell is a transfer's index and, in the bits that no index needs, a part of its client's hash:
  // a neighbour is nearly always told from the wanted one without a look at its record, which would
  // be one more miss of the cache. More bits would make more cells than the cache holds.
  using Cell = std::uint32_t;
  static constexpr Cell kEmpty = UINT32_MAX;  // no cell: the largest index is not all ones
  // Five low bits of a home and the place of its cell tell all of it, in a run of 32 cells.
  static constexpr unsigned kHomeBits = 5;
  static constexpr std::size_t kHomeMask = (std::size_t{1} << kHomeBits) - 1;

  // The part that a cell has: low bits of its home, above them some that its home does not follow
  // from.
  [[nodiscard]] Cell tag_of(std::uint64_t hash) const {
    return static_cast<Cell>(hash >> 32 << kHomeBits | (hash & kHomeMask)) << index_bits_;
  }
  [[nodiscard]] TransferIndex index_in(Cell cell) const { return cell & index_mask_; }
  [[nodiscard]] std::size_t first_of_run(std::size_t at) const;
  // Of what stands at `at`, in the run that begins with `first`: no home in it is before that.
  [[nodiscard]] std::size_t home_at(std::size_t at, std::size_t first) const;
  [[nodiscard]] TransferIndex transfer_in(std::size_t at) const {
    return cells_[at] == kEmpty ? kNoTransfer : index_in(cells_[at]);
  }
  [[nodiscard]] std::size_t after(std::size_t at) const { return (at + 1) & (cells_.size() - 1); }
  [[nodiscard]] std::size_t before(std::size_t at) const { return (at - 1) & (cells_.size() - 1); }
  // From `at` on: the first cell that has the tag, or the empty one that ends the search.
  [[nodiscard]] std::size_t candidate_from(std::size_t at, Cell tag) const {
    while (cells_[at] != kEmpty && ((cells_[at] ^ tag) & ~index_mask_) != 0) at = after(at);
    return at;
  }
  [[nodiscard]] std::size_t cell_of(wire::Ipv4Address client, std::uint16_t port,
                                    std::uint64_t hash) const;

  std::uint64_t hash_key_;
  unsigned index_bits_;
  TransferIndex index_mask_;
  std::vector<LiveTransfer> records_;
  std::vector<TransferIndex> free_;  // a stack of fixed size
  std::vector<Cell> cells_;          // open addressing, at most half full
  TransferHomes homes_;
  ClientCounts counts_;
  std::uint32_t live_ = 0;
};

}  // namespace stentor::worker

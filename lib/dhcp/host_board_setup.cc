// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <bit>
#include <memory>
#include <utility>

#include "dhcp/host_board.h"

namespace stentor::dhcp {

BoardHost compile_host(const config::RunTimeHost& host, ClassMask classes,
                       std::optional<wire::Ipv4Address> address, const base::HashKey& owner_key) {
  BoardHost made{.mac = host.mac,
                 .address = address,
                 .hostname = {host.hostname.begin(), host.hostname.end()},
                 .classes = classes,
                 .is_local = host.is_local,
                 .is_for_ipxe = host.is_for_ipxe};
  const auto compile = [&](const std::string& file) {
    return make_boot_target({.file = file, .server = std::nullopt}, /*is_ours=*/true, owner_key,
                            made.directories);
  };
  if (!host.boot_file.empty()) made.boot = compile(host.boot_file);
  if (!host.boot_once.empty()) made.once = compile(host.boot_once);
  return made;
}

HostBoard::HostBoard(HostBoard&& other) noexcept
    : index_(other.index_.exchange(nullptr)),
      used_(std::exchange(other.used_, 0)),
      hosts_(std::exchange(other.hosts_, 0)),
      retired_(std::exchange(other.retired_, {})) {}

HostBoard::~HostBoard() {
  for (const Retired& each : retired_) release(each);
  // Relaxed: nobody else looks any more.
  const std::unique_ptr<const Index> index(index_.load(std::memory_order_relaxed));
  if (index == nullptr) return;
  for (const Cell& cell : index->cells) delete cell.host.load(std::memory_order_relaxed);
}

void HostBoard::release(const Retired& retired) {
  delete retired.host;
  delete retired.index;
}

void HostBoard::put(BoardHost host) {
  make_room();
  // Relaxed, both: this thread alone writes.
  Index& index = *index_.load(std::memory_order_relaxed);
  const std::uint64_t key = key_of(host.mac);
  Cell& cell = index.cells[cell_of(index, key)];
  auto made = std::make_unique<const BoardHost>(std::move(host));
  retired_.reserve(retired_.size() + 1);
  const BoardHost* const old = cell.host.load(std::memory_order_relaxed);
  // Release, both: who finds the key finds the host, and what it is made of. Pair with the acquires
  // in find() and cell_of().
  cell.host.store(made.release(), std::memory_order_release);
  if (cell.key.load(std::memory_order_relaxed) == 0) {
    cell.key.store(key, std::memory_order_release);
    ++used_;
  }
  if (old == nullptr) {
    ++hosts_;
  } else {
    retired_.push_back({.host = old, .index = nullptr});
  }
}

void HostBoard::erase(const wire::MacAddress& mac) {
  // Relaxed: as in put().
  Index* const index = index_.load(std::memory_order_relaxed);
  if (index == nullptr) return;
  Cell& cell = index->cells[cell_of(*index, key_of(mac))];
  retired_.reserve(retired_.size() + 1);
  const BoardHost* const old = cell.host.exchange(nullptr);
  if (old == nullptr) return;
  --hosts_;
  retired_.push_back({.host = old, .index = nullptr});
}

// For one more key: a larger index, or one without the keys of those that are gone.
void HostBoard::make_room() {
  constexpr std::size_t kCellsMin = 64;
  // Relaxed: as in put().
  Index* const old = index_.load(std::memory_order_relaxed);
  if (old != nullptr && (used_ + 1) * 2 <= old->cells.size()) return;
  auto next = std::make_unique<Index>(std::bit_ceil(std::max(kCellsMin, (hosts_ + 1) * 4)));
  retired_.reserve(retired_.size() + 1);
  if (old != nullptr) {
    for (const Cell& cell : old->cells) {
      const BoardHost* const host = cell.host.load(std::memory_order_relaxed);
      if (host == nullptr) continue;
      const std::uint64_t key = cell.key.load(std::memory_order_relaxed);
      Cell& place = next->cells[cell_of(*next, key)];
      place.host.store(host, std::memory_order_relaxed);
      place.key.store(key, std::memory_order_relaxed);
    }
  }
  used_ = hosts_;
  // Release: with all that is in it. Pairs with the acquires in find() and is_empty().
  index_.store(next.release(), std::memory_order_release);
  if (old != nullptr) retired_.push_back({.host = nullptr, .index = old});
}

}  // namespace stentor::dhcp

// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/host_board.h"

#include "base/spread.h"

namespace stentor::dhcp {

std::size_t HostBoard::cell_of(const Index& index, std::uint64_t key) {
  const std::size_t mask = index.cells.size() - 1;
  for (std::size_t at = base::spread(key) & mask;; at = (at + 1) & mask) {
    // Acquire; pairs with the release in put().
    const std::uint64_t there = index.cells[at].key.load(std::memory_order_acquire);
    if (there == key || there == 0) return at;
  }
}

const BoardHost* HostBoard::find(const wire::MacAddress& mac) const {
  // Acquire; pairs with the release in make_room().
  const Index* const index = index_.load(std::memory_order_acquire);
  if (index == nullptr) return nullptr;
  const std::uint64_t key = key_of(mac);
  const Cell& cell = index->cells[cell_of(*index, key)];
  // Looked at again: one that was unused may be another machine's by now. Acquire, both: pair with
  // the releases in put().
  if (cell.key.load(std::memory_order_acquire) != key) return nullptr;
  return cell.host.load(std::memory_order_acquire);
}

const config::ClientTemplate* HostBoard::find_directory(const wire::MacAddress& mac,
                                                        std::uint64_t number) const {
  const BoardHost* const host = find(mac);
  if (host == nullptr || number == 0) return nullptr;
  for (const BootDirectory& directory : host->directories) {
    if (directory.number == number) return &directory.path;
  }
  return nullptr;
}

void BoardHost::apply(Reservation& reservation, bool is_ipxe, const Policy& policy,
                      std::optional<SubnetIndex> subnet) const {
  if (address && subnet && policy.share_network(*subnet, policy.find_subnet(*address))) {
    reservation.address = address;
  }
  if (!hostname.empty()) reservation.hostname = {hostname.data(), hostname.size()};
  reservation.classes |= classes;
  if (boot) reservation.boot = &*boot;
  if (once && (is_ipxe || !is_for_ipxe)) reservation.boot = &*once;
  // Who is to load iPXE first, to be told the file there, does not go on to its disk.
  reservation.boots_locally = is_local && !once;
}

}  // namespace stentor::dhcp

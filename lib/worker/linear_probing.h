// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How an entry leaves a table with linear probing, without tombstones. One thread.

#include <cstddef>
#include <span>
#include <utility>

namespace stentor::worker {

// Makes cells[hole] `empty` and closes the gap: whose search began at home_at(place) is still found
// from there. The number of cells is a power of two, and one of them is empty at least.
template <typename Cell, typename HomeAt>
void erase_cell(std::span<Cell> cells, std::size_t hole, const Cell& empty, HomeAt home_at) {
  const std::size_t mask = cells.size() - 1;
  cells[hole] = empty;
  for (std::size_t at = (hole + 1) & mask; cells[at] != empty; at = (at + 1) & mask) {
    // An entry moves into the hole unless its home lies cyclically between the hole and where it
    // stands.
    if (((at - home_at(at)) & mask) < ((at - hole) & mask)) continue;
    cells[hole] = std::exchange(cells[at], empty);
    hole = at;
  }
}

}  // namespace stentor::worker

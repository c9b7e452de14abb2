// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <limits>

#include "lease/lifetime.h"
#include "lease/table.h"

namespace stentor::lease {

Table::Census& Table::Census::operator+=(const Census& other) {
  free += other.free;
  reserved += other.reserved;
  offered += other.offered;
  bound += other.bound;
  declined += other.declined;
  return *this;
}

void Table::count_in(Census& census, Slot slot, PoolId pool, base::Time now) const {
  const Record& record = records_[slot];
  const Word word = record.load();
  const bool live = is_live(word, now);
  if (live && word.phase() == Phase::offered) {
    ++census.offered;
  } else if (live && word.phase() == Phase::bound) {
    ++census.bound;
  } else if (live && word.phase() == Phase::declined) {
    ++census.declined;
  } else if (record.is_reserved()) {
    ++census.reserved;
  } else if (pool != kNoPool) {
    ++census.free;
  }
}

Table::Census Table::census(base::Time now) const {
  return census(wire::Ipv4Address{0}, wire::Ipv4Address{0xffffffff},
                std::numeric_limits<std::uint32_t>::max(), now)
      .census;
}

Table::CensusPiece Table::census(wire::Ipv4Address first, wire::Ipv4Address last,
                                 std::uint32_t records, base::Time now) const {
  CensusPiece piece;
  const auto runs = plan_.runs();
  auto run = std::ranges::lower_bound(runs, first.host(), {}, &Plan::Run::last);
  for (; run != runs.end() && run->first <= last.host(); ++run) {
    const std::uint32_t begin = std::max(run->first, first.host());
    const std::uint32_t count = std::min(run->last, last.host()) - begin + 1;
    const std::uint32_t taken = std::min(count, records);
    for (std::uint32_t i = 0; i < taken; ++i) {
      count_in(piece.census, run->slot + (begin - run->first) + i, run->pool, now);
    }
    records -= taken;
    if (taken == count) continue;
    piece.next = wire::Ipv4Address{begin + taken};
    return piece;
  }
  return piece;
}

}  // namespace stentor::lease

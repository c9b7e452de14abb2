// SPDX-License-Identifier: BSD-3-Clause
#include "lease/slot_map_setup.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace stentor::lease {

namespace {

// Of a run's piece that has no slot.
constexpr Slot kNoSlot = std::numeric_limits<Slot>::max();

std::uint32_t count_of(const Plan::Run& run) { return run.last - run.first + 1; }

std::uint32_t last_of(const SlotMap::Extent& extent) { return extent.first + (extent.count - 1); }

// How many addresses from `first` on are of one of the plan's runs, or of none.
struct Stretch {
  bool is_configured;
  std::uint32_t count;
};

Stretch stretch_of(const Plan& plan, std::uint32_t first) {
  const auto runs = plan.runs();
  const auto after = std::ranges::upper_bound(runs, first, {}, &Plan::Run::first);
  if (after != runs.begin() && first <= (after - 1)->last) {
    return {true, (after - 1)->last - first + 1};
  }
  return {false,
          after == runs.end() ? std::numeric_limits<std::uint32_t>::max() : after->first - first};
}

}  // namespace

SlotMap::SlotMap(const Plan& first, std::size_t slots) {
  CHECK(first.slots() <= slots && slots <= kSlotsMax);
  for (const Plan::Run& run : first.runs())
    extents_.push_back({run.first, run.slot, count_of(run)});
  merge();
  const std::size_t rest = slots - first.slots();
  if (rest != 0) {
    gaps_.push_back({static_cast<Slot>(first.slots()), static_cast<std::uint32_t>(rest)});
  }
}

std::size_t SlotMap::slots_in(const std::vector<Gap>& gaps) {
  std::size_t count = 0;
  for (const Gap& gap : gaps) count += gap.count;
  return count;
}

std::size_t SlotMap::room() const { return slots_in(gaps_); }

std::size_t SlotMap::room_after_release() const { return slots_in(gaps_) + slots_in(resting_); }

// The run in pieces: those that have slots, and between them those that have none.
void SlotMap::add_pieces(const Plan::Run& run, std::vector<Plan::Run>& pieces) const {
  auto extent = std::ranges::lower_bound(extents_, run.first, {}, last_of);
  for (std::uint64_t next = run.first; next <= run.last;) {
    Plan::Run piece{static_cast<std::uint32_t>(next), run.last, kNoSlot};
    if (extent != extents_.end() && extent->first <= next) {
      piece.slot = extent->slot + (piece.first - extent->first);
      piece.last = std::min(run.last, last_of(*extent));
      ++extent;
    } else if (extent != extents_.end()) {
      piece.last = std::min(run.last, extent->first - 1);
    }
    pieces.push_back(piece);
    next = std::uint64_t{piece.last} + 1;
  }
}

std::size_t SlotMap::missing(const Plan& plan) const {
  std::vector<Plan::Run> pieces;
  for (const Plan::Run& run : plan.runs()) add_pieces(run, pieces);
  std::size_t count = 0;
  for (const Plan::Run& piece : pieces) count += piece.slot == kNoSlot ? count_of(piece) : 0;
  return count;
}

void SlotMap::find_slots(const Plan::Run& wanted, std::vector<Plan::Run>& placed) {
  for (std::uint64_t next = wanted.first; next <= wanted.last;) {
    CHECK(!gaps_.empty());
    Gap& gap = gaps_.back();
    const auto first = static_cast<std::uint32_t>(next);
    const std::uint32_t count = std::min(gap.count, wanted.last - first + 1);
    placed.push_back({first, first + (count - 1), gap.first});
    gap.first += count;
    gap.count -= count;
    if (gap.count == 0) gaps_.pop_back();
    next += count;
  }
}

// Of extents, in pieces that are wholly the plan's or not at all.
std::vector<Plan::Run> SlotMap::all_runs(const Plan& plan) const {
  std::vector<Plan::Run> runs;
  for (const Extent& extent : extents_) {
    for (std::uint32_t i = 0; i < extent.count;) {
      const std::uint32_t first = extent.first + i;
      const std::uint32_t count = std::min(extent.count - i, stretch_of(plan, first).count);
      runs.push_back({first, first + (count - 1), extent.slot + i});
      i += count;
    }
  }
  return runs;
}

Plan SlotMap::place(const Plan& plan, const std::function<void(Slot, wire::Ipv4Address)>& begin) {
  CHECK(missing(plan) <= room());
  std::vector<Plan::Run> pieces;
  for (const Plan::Run& run : plan.runs()) add_pieces(run, pieces);
  std::vector<Plan::Run> fresh;
  for (const Plan::Run& piece : pieces) {
    if (piece.slot == kNoSlot) find_slots(piece, fresh);
  }
  for (const Plan::Run& run : fresh) {
    extents_.push_back({run.first, run.slot, count_of(run)});
    for (std::uint32_t i = 0; i < count_of(run); ++i) {
      begin(run.slot + i, wire::Ipv4Address{run.first + i});
    }
  }
  merge();
  return Plan(plan, all_runs(plan));
}

void SlotMap::release(const Plan& configured, const Plan& next,
                      const std::function<bool(Slot)>& is_over) {
  std::ranges::move(resting_, std::back_inserter(gaps_));
  resting_.clear();
  std::vector<Extent> kept;
  for (const Plan::Run& run : all_runs(configured)) {
    if (stretch_of(configured, run.first).is_configured) {
      kept.push_back({run.first, run.slot, count_of(run)});
      continue;
    }
    for (std::uint32_t i = 0; i < count_of(run); ++i) {
      if (!next.slot_of(wire::Ipv4Address{run.first + i}) && is_over(run.slot + i)) {
        resting_.push_back({run.slot + i, 1});
      } else {
        kept.push_back({run.first + i, run.slot + i, 1});
      }
    }
  }
  extents_ = std::move(kept);
  merge();
}

// Sorts, and joins what lies side by side.
void SlotMap::merge() {
  std::ranges::sort(extents_, {}, &Extent::first);
  std::vector<Extent> joined;
  for (const Extent& extent : extents_) {
    if (!joined.empty() && extent.first - joined.back().first == joined.back().count &&
        extent.slot - joined.back().slot == joined.back().count) {
      joined.back().count += extent.count;
    } else {
      joined.push_back(extent);
    }
  }
  extents_ = std::move(joined);
  const auto join_gaps = [](std::vector<Gap>& gaps) {
    std::ranges::sort(gaps, std::ranges::greater{}, &Gap::first);
    std::vector<Gap> all;
    for (const Gap& gap : gaps) {
      if (!all.empty() && gap.first + gap.count == all.back().first) {
        all.back().first = gap.first;
        all.back().count += gap.count;
      } else {
        all.push_back(gap);
      }
    }
    gaps = std::move(all);
  };
  join_gaps(gaps_);
  join_gaps(resting_);
}

}  // namespace stentor::lease

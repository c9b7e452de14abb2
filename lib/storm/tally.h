// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What one core's machines have done so far. Written by that core alone; counters and histograms
// may be read by any thread meanwhile, the timeline when the core has stopped.

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <vector>

#include "base/counter.h"
#include "base/histogram.h"
#include "storm/plan.h"
#include "storm/result.h"

namespace stentor::storm {

// As histograms of times count; nothing is shorter than none.
inline std::uint64_t nanoseconds(base::Duration duration) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
}

struct StageTally {
  base::Counter begun;
  base::Counter passed;
  base::Counter failed;
  base::Histogram latency;
};

// A row of intervals that covers the whole storm in fixed memory: when it is full, each two become
// one.
class Timeline {
 public:
  static constexpr std::size_t kIntervalsMax = 1024;
  static constexpr base::Duration kShortest = std::chrono::milliseconds{10};

  // `elapsed` since the storm began; never falls.
  Interval& at(base::Duration elapsed) {
    if (elapsed >= end_of_current_) advance(elapsed);
    return intervals_[current_];
  }

  [[nodiscard]] base::Duration interval() const { return interval_; }
  [[nodiscard]] std::span<const Interval> intervals() const {
    return std::span(intervals_).first(current_ + 1);
  }

 private:
  void advance(base::Duration elapsed);

  base::Duration interval_ = kShortest;
  base::Duration end_of_current_{};
  std::size_t current_ = 0;
  std::array<Interval, kIntervalsMax> intervals_{};
};

// Adds the first two of each pair into one; returns how many there are then.
std::size_t halve(std::span<Interval> intervals);
void add(Interval& to, const Interval& from);

struct Tally {
  explicit Tally(const Plan& plan) : stages(plan.stages()), group_booted(plan.groups().size()) {}

  void count(Count what, std::uint64_t times = 1) {
    counts[static_cast<std::size_t>(what)].add(times);
  }
  [[nodiscard]] std::uint64_t value(Count what) const {
    return counts[static_cast<std::size_t>(what)].value();
  }

  // Once a loop, not once a frame: what came of files since the last time joins the timeline.
  void note_data(base::Duration elapsed) {
    const std::uint64_t frames = value(Count::data_frames);
    if (frames == frames_noted_) return;
    const std::uint64_t bytes = value(Count::data_bytes);
    Interval& interval = timeline.at(elapsed);
    interval.data_frames += frames - frames_noted_;
    interval.data_bytes += bytes - bytes_noted_;
    frames_noted_ = frames;
    bytes_noted_ = bytes;
  }

  std::array<base::Counter, kCounts> counts;
  std::array<base::Counter, kFailures> failures;
  base::Counter powered_on;  // machines, each once
  base::Counter booted;
  base::Counter failed;
  std::vector<StageTally> stages;  // by GroupPlan::first_stage and the script
  std::vector<base::Counter> group_booted;
  base::Histogram boot_time;
  base::Histogram offer_time;
  base::Histogram ack_time;
  base::Histogram first_block;
  base::Histogram next_data;
  Timeline timeline;

 private:
  std::uint64_t frames_noted_ = 0;
  std::uint64_t bytes_noted_ = 0;
};

}  // namespace stentor::storm

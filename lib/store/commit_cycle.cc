// SPDX-License-Identifier: BSD-3-Clause
#include "store/commit_cycle.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::store {

namespace {

base::Duration offset_of(const ClockPair& clocks) {
  return clocks.utc.time_since_epoch() - clocks.monotonic.time_since_epoch();
}

}  // namespace

CommitCycle::CommitCycle(Database& database, Source source, Lanes& lanes, CommitOptions options)
    : database_(database),
      source_(std::move(source)),
      lanes_(lanes),
      options_(options),
      batch_(options.batch_changes_max),
      drained_(lanes.size()) {
  CHECK(options_.batch_changes_max > 0);
  held_.reserve(options_.held_changes_max);
}

// The clock that the disk is written by. It is the machine's, except before the last commit.
ClockPair CommitCycle::disk_time(const ClockPair& clocks) {
  if (!offset_) {
    offset_ = offset_of(clocks) + options_.clock_is_behind_by;
    const bool is_behind = options_.clock_is_behind_by > base::Duration::zero();
    if (is_behind) behind_since_ = disk_time(clocks).second();
  }
  return {clocks.monotonic, UtcTime{clocks.monotonic.time_since_epoch() + *offset_}};
}

// Where the machine's clock was set, what is on disk is moved as far, so that no lease ends or
// lasts for it. False: it could not be.
bool CommitCycle::follow(const ClockPair& clocks) {
  const ClockPair before = disk_time(clocks);
  const base::Duration step = offset_of(clocks) - *offset_;
  if (behind_since_ && step < base::Duration::zero()) return true;
  if (step > -kClockStepMin && step < kClockStepMin) return true;
  const std::int64_t seconds = std::chrono::round<std::chrono::seconds>(step).count();
  if (const auto shifted = database_.shift(seconds, behind_since_); !shifted) {
    fail(shifted.error(), before);
    return false;
  }
  behind_since_.reset();
  *offset_ += std::chrono::seconds{seconds};
  return true;
}

bool CommitCycle::step(const ClockPair& clocks) {
  // While the database fails its clock stays as it is: what is written then is moved with the rest.
  if (!is_failing() && !follow(clocks)) return true;
  return step_at(disk_time(clocks));
}

bool CommitCycle::step_at(const ClockPair& clocks) {
  gather();
  const bool had_work = count_ != 0 || !host_batch_.empty();
  if (is_failing()) {
    hold();
    if (clocks.monotonic < retry_at_) return had_work;
    recover(clocks);
    return true;
  }
  if (had_work && !commit(clocks)) return true;
  return tidy(clocks) || had_work;
}

// A share for each first, so that no lane waits for another's flood; then what there is.
void CommitCycle::gather() {
  host_batch_.clear();
  if (options_.hosts != nullptr && !is_failing()) {
    host_batch_ = options_.hosts->take(options_.batch_changes_max);
  }
  count_ = 0;
  const std::size_t lanes = lanes_.size();
  if (lanes == 0) return;
  const std::size_t share = std::max<std::size_t>(1, batch_.size() / lanes);
  for (const std::size_t limit : {share, batch_.size()}) {
    for (std::size_t i = 0; i < lanes; ++i) take_from((first_lane_ + i) % lanes, limit);
  }
  first_lane_ = (first_lane_ + 1) % lanes;
}

void CommitCycle::take_from(std::size_t lane, std::size_t limit) {
  const auto room = std::span(batch_).subspan(count_);
  const std::size_t taken = lanes_[lane]->pop(room.first(std::min(limit, room.size())));
  if (taken == 0) return;
  count_ += taken;
  drained_[lane] = batch_[count_ - 1].ticket;
}

bool CommitCycle::commit(const ClockPair& clocks) {
  const auto applied = database_.apply(std::span(batch_).first(count_), host_batch_, clocks);
  if (!applied) {
    fail(applied.error(), clocks);
    hold();
    return false;
  }
  publish_committed();
  const std::lock_guard lock(mutex_);
  ++status_.commits;
  status_.changes += count_;
  return true;
}

void CommitCycle::publish_committed() {
  for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i]->set_committed(drained_[i]);
  if (options_.hosts != nullptr) options_.hosts->note_committed();
}

// What keeps the database small. True: it did something.
bool CommitCycle::tidy(const ClockPair& clocks) {
  if (const auto copied = database_.checkpoint_if_due(); !copied) {
    fail(copied.error(), clocks);
    return true;
  }
  if (clocks.monotonic < prune_at_) return false;
  prune_at_ = clocks.monotonic + options_.prune_interval;
  const UtcSecond ended_before = clocks.second() - options_.keep_ended.count();
  const auto pruned = database_.prune(ended_before, options_.prune_rows);
  if (!pruned) {
    fail(pruned.error(), clocks);
    return true;
  }
  const std::lock_guard lock(mutex_);
  status_.pruned += *pruned;
  return *pruned != 0;
}

void CommitCycle::fail(const Failure& failure, const ClockPair& clocks) {
  const bool begins = !is_failing();
  if (failure.trouble == Trouble::broken) needs_rewrite_ = true;
  retry_after_ = begins ? options_.retry_first : std::min(retry_after_ * 2, options_.retry_longest);
  retry_at_ = clocks.monotonic + retry_after_;
  is_failing_.store(true);
  const std::lock_guard lock(mutex_);
  status_.is_failing = true;
  status_.sentence = failure.sentence;
  ++status_.failures;
  if (begins) status_.failing_since = clocks.second();
}

// What was gathered is failed, and kept as far as there is room.
void CommitCycle::hold() {
  if (options_.hosts != nullptr) options_.hosts->note_failed();
  if (count_ == 0) return;
  for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i]->set_failed(drained_[i]);
  if (held_.size() + count_ <= options_.held_changes_max) {
    held_.insert(held_.end(), batch_.begin(), batch_.begin() + static_cast<std::ptrdiff_t>(count_));
  } else {
    needs_rewrite_ = true;
  }
  const std::lock_guard lock(mutex_);
  status_.failed += count_;
  count_ = 0;
}

void CommitCycle::recover(const ClockPair& clocks) {
  if (needs_rewrite_) {
    if (const auto written = rewrite(clocks); !written) return fail(written.error(), clocks);
  }
  // More than could be held came during the rewrite: once again, at once.
  if (needs_rewrite_) return;
  if (options_.hosts != nullptr) host_batch_ = options_.hosts->take(SIZE_MAX);
  if (const auto applied = database_.apply(held_, host_batch_, clocks); !applied) {
    if (options_.hosts != nullptr) options_.hosts->note_failed();
    return fail(applied.error(), clocks);
  }
  held_.clear();
  publish_committed();
  end_failing();
}

Outcome<void> CommitCycle::rewrite(const ClockPair& clocks) {
  // The table has all that was drained until here; what comes from here on, the visit may miss.
  held_.clear();
  needs_rewrite_ = false;
  constexpr std::size_t kLeasesADrain = 4'096;
  std::size_t visited = 0;
  auto written = database_.rewrite(
      [&](const VisitChange& visit) {
        source_([&](const lease::LeaseChange& lease) {
          visit(lease);
          if (++visited % kLeasesADrain != 0) return;
          gather();
          hold();
        });
      },
      [this](const VisitHost& visit) {
        if (options_.hosts == nullptr) return;
        for (const config::RunTimeHost& host : options_.hosts->all()) visit(host);
      },
      clocks);
  if (!written) needs_rewrite_ = true;
  const std::lock_guard lock(mutex_);
  if (written) ++status_.rewrites;
  return written;
}

void CommitCycle::end_failing() {
  is_failing_.store(false);
  const std::lock_guard lock(mutex_);
  status_.is_failing = false;
}

bool CommitCycle::finish(const ClockPair& clocks) {
  if (!is_failing()) static_cast<void>(follow(clocks));
  return finish_at(disk_time(clocks));
}

bool CommitCycle::finish_at(const ClockPair& clocks) {
  for (gather(); count_ != 0 || !host_batch_.empty(); gather()) {
    if (is_failing()) {
      hold();
    } else {
      commit(clocks);
    }
  }
  if (is_failing()) recover(clocks);
  if (is_failing()) return false;
  const auto ended = database_.end_cleanly(clocks);
  if (!ended) fail(ended.error(), clocks);
  return ended.has_value();
}

StoreStatus CommitCycle::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace stentor::store

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A scheduler for calls that are fibers of one thread, and the search through their schedules.

#include <ucontext.h>

#include "stepped_atomic.h"

namespace stentor::stress {

inline constexpr std::size_t kStackBytes = 64 * 1024;
inline constexpr std::size_t kStepsMax = 20'000;

// Runs calls as fibers, and switches to the next one at the steps that a schedule names.
class Fibers {
 public:
  using Schedule = std::vector<std::size_t>;

  // Returns the number of steps taken; 0 if the calls did not end.
  std::size_t run(const std::vector<std::function<void()>>& calls, const Schedule& schedule) {
    schedule_ = &schedule;
    steps_ = next_ = 0;
    running_.assign(calls.size(), true);
    stacks_.resize(calls.size());
    contexts_.resize(calls.size());
    calls_ = &calls;
    for (std::size_t i = 0; i < calls.size(); ++i) {
      stacks_[i].resize(kStackBytes);
      getcontext(&contexts_[i]);
      contexts_[i].uc_stack.ss_sp = stacks_[i].data();
      contexts_[i].uc_stack.ss_size = kStackBytes;
      contexts_[i].uc_link = &main_;
      makecontext(&contexts_[i], &Fibers::enter, 0);
    }
    active = this;
    for (current_ = 0;; current_ = (current_ + 1) % calls.size()) {
      if (std::ranges::none_of(running_, [](bool is) { return is; })) break;
      if (steps_ > kStepsMax) break;
      if (running_[current_]) swapcontext(&main_, &contexts_[current_]);
    }
    active = nullptr;
    return steps_ > kStepsMax ? 0 : steps_;
  }

  void step() {
    ++steps_;
    const bool is_named = next_ < schedule_->size() && (*schedule_)[next_] == steps_;
    if (is_named) ++next_;
    if (is_named || steps_ > kStepsMax) swapcontext(&contexts_[current_], &main_);
  }

  static inline Fibers* active = nullptr;

 private:
  static void enter() {
    Fibers& self = *active;
    const std::size_t index = self.current_;
    (*self.calls_)[index]();
    self.running_[index] = false;
  }

  const Schedule* schedule_ = nullptr;
  const std::vector<std::function<void()>>* calls_ = nullptr;
  std::vector<std::vector<char>> stacks_;
  std::vector<ucontext_t> contexts_;
  std::vector<bool> running_;
  ucontext_t main_{};
  std::size_t current_ = 0;
  std::size_t steps_ = 0;
  std::size_t next_ = 0;
};

// Calls judge(steps, schedule) after a run of each schedule with at most `preemptions` switches,
// beginning with none. `make` gives the calls over a fresh subject. Stops when judge() is false.
template <typename Make, typename Judge>
bool explore(Fibers& fibers, std::size_t preemptions, const Make& make, const Judge& judge,
             Fibers::Schedule schedule = {}) {
  const std::size_t steps = fibers.run(make(), schedule);
  if (!judge(steps, schedule)) return false;
  if (schedule.size() == preemptions) return true;
  const std::size_t first = schedule.empty() ? 1 : schedule.back() + 1;
  for (std::size_t step = first; step <= steps; ++step) {
    schedule.push_back(step);
    if (!explore(fibers, preemptions, make, judge, schedule)) return false;
    schedule.pop_back();
  }
  return true;
}

}  // namespace stentor::stress

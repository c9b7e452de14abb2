// SPDX-License-Identifier: BSD-3-Clause
#include "control/reload_desk.h"

#include <sys/eventfd.h>
#include <utility>

#include "base/check.h"

namespace stentor::control {

ReloadDesk::ReloadDesk(const Patience& patience)
    : patience_(patience), asked_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

tl::expected<ReloadOutcome, ReloadDesk::Delay> ReloadDesk::ask(ReloadKind kind) {
  std::unique_lock held(mutex_);
  if (state_ == State::begun_alone) return tl::unexpected(Delay::not_decided);
  CHECK(state_ == State::idle);
  state_ = State::asked;
  kind_ = kind;
  ::eventfd_write(asked_.number(), 1);
  changed_.wait_for(held, patience_.begin, [this] { return state_ != State::asked || is_closed_; });
  if (state_ == State::asked) {
    state_ = State::idle;
    return tl::unexpected(Delay::not_begun);
  }
  changed_.wait_for(held, patience_.end, [this] { return state_ == State::decided || is_closed_; });
  if (state_ != State::decided) {
    state_ = State::begun_alone;
    return tl::unexpected(Delay::not_decided);
  }
  state_ = State::idle;
  return std::exchange(outcome_, {});
}

bool ReloadDesk::is_asked() {
  const std::scoped_lock held(mutex_);
  return state_ == State::asked;
}

std::optional<ReloadKind> ReloadDesk::take() {
  const std::scoped_lock held(mutex_);
  if (state_ != State::asked) return std::nullopt;
  state_ = State::begun;
  changed_.notify_all();
  return kind_;
}

void ReloadDesk::decide(ReloadOutcome outcome) {
  const std::scoped_lock held(mutex_);
  CHECK(state_ == State::begun || state_ == State::begun_alone);
  if (state_ == State::begun_alone) {
    state_ = State::idle;
    return;
  }
  state_ = State::decided;
  outcome_ = std::move(outcome);
  changed_.notify_all();
}

void ReloadDesk::close() {
  const std::scoped_lock held(mutex_);
  is_closed_ = true;
  changed_.notify_all();
}

}  // namespace stentor::control

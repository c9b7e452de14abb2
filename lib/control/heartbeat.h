// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether every worker still loops: each is to begin a burst, or to sleep, after a moment that
// control sets and before the next. Costs workers nothing: they say how far they are anyway
// (base::Published). Control thread, each tick.

#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"

namespace stentor::control {

class Heartbeat {
 public:
  // A worker's loop takes microseconds. With a tick it is noticed within 2 s; less would take a
  // host that hangs for a moment for one that is lost.
  static constexpr base::Duration kPatience = std::chrono::milliseconds{1'500};

  struct Hooks {
    std::function<std::uint64_t()> mark;  // base::Published::mark()
    // The first worker that has not passed it; nullopt: all have.
    std::function<std::optional<std::size_t>(std::uint64_t)> first_behind;
  };
  enum class Change : std::uint8_t { none, stopped, back };

  explicit Heartbeat(Hooks hooks) : hooks_(std::move(hooks)) {}

  // What has changed since the last tick.
  Change tick(base::Time now);
  // The worker that does not loop; nullopt: all do.
  [[nodiscard]] std::optional<std::size_t> silent() const { return silent_; }

 private:
  const Hooks hooks_;
  std::optional<std::uint64_t> mark_{};  // nullopt: the first tick sets it
  base::Time since_{};
  std::optional<std::size_t> silent_{};
};

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where a reload is asked for over the API, and where its outcome is handed back. The control
// thread makes it, because what serves is that thread's own; whoever asked waits meanwhile. And
// where a drain is asked for, which control begins or ends at its next tick.
//
// One at a time, and nobody waits for long: a request that is not begun in time is taken back, so
// that nothing happens that nobody hears of. One that is begun runs to its end; who cannot wait for
// that long learns its outcome from the log, and the next request is not begun before.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "base/clock.h"
#include "base/descriptor.h"
#include "config/difference.h"

namespace stentor::control {

enum class ReloadKind : std::uint8_t {
  real,
  dry_run,  // all but the change
};

struct ReloadOutcome {
  bool is_taken = false;                // of a dry run: would be
  std::uint64_t generation = 0;         // of the configuration that serves now; the first is 1
  std::vector<std::string> reasons{};   // a sentence each; empty: nothing stands against it
  std::vector<std::string> warnings{};  // of what was taken
  config::Difference difference{};      // of a dry run, from what serves to what was read
};

class ReloadDesk {
 public:
  // Together less than a connection may last (http_endpoint.h).
  struct Patience {
    base::Duration begin = std::chrono::seconds{2};
    base::Duration end = std::chrono::seconds{6};
  };
  enum class Delay : std::uint8_t {
    not_begun,    // nothing is done about it
    not_decided,  // it goes on
  };

  ReloadDesk() : ReloadDesk(Patience{}) {}
  explicit ReloadDesk(const Patience& patience);
  ReloadDesk(const ReloadDesk&) = delete;
  ReloadDesk& operator=(const ReloadDesk&) = delete;

  // The API's thread.
  tl::expected<ReloadOutcome, Delay> ask(ReloadKind kind);

  // An eventfd: somebody has asked. -1: the process is out of descriptors.
  [[nodiscard]] int news() const { return asked_.number(); }
  // Control thread: whether somebody asks.
  [[nodiscard]] bool is_asked();
  // Control thread: what somebody asks for, if somebody does. Then decide() must follow.
  [[nodiscard]] std::optional<ReloadKind> take();
  void decide(ReloadOutcome outcome);
  // Nobody takes any more: who waits goes at once.
  void close();

  // The API's thread: whether nothing new is to begin.
  void want_drain(bool is_wanted) { is_drain_wanted_.store(is_wanted); }
  // Control thread.
  [[nodiscard]] bool wants_drain() const { return is_drain_wanted_.load(); }

 private:
  enum class State : std::uint8_t {
    idle,
    asked,
    begun,
    begun_alone,  // who asked has gone
    decided,
  };

  const Patience patience_;
  const base::Descriptor asked_;
  std::atomic<bool> is_drain_wanted_{false};  // the API writes, control reads
  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_.
  State state_ = State::idle;
  ReloadKind kind_ = ReloadKind::real;  // that is asked for
  bool is_closed_ = false;
  ReloadOutcome outcome_;  // once it is decided
};

}  // namespace stentor::control

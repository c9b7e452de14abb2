// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The control thread's wait: signals, a tick, and descriptors of who has something to tell or to
// ask.
// SIGTERM and SIGINT end it; SIGHUP is reported, and nothing else that the process is sent reaches
// the workers. SIGPIPE is ignored.

#include <functional>

#include "base/clock.h"
#include "base/error.h"
#include "control/state_lock.h"

namespace stentor::control {

class Loop {
 public:
  // Blocks SIGTERM, SIGINT and SIGHUP for the calling thread and all that it starts later: to be
  // called before any other thread exists. They stay blocked when the loop is gone: the process
  // ends then, and a second SIGTERM must not change how.
  static base::Result<Loop> make();

  Loop(Loop&& other) noexcept;
  Loop& operator=(Loop&&) = delete;
  ~Loop();

  struct Handlers {
    std::function<void(base::Time)> on_tick;
    std::function<void()> on_hangup;
    // Called when `news` is readable, which it makes unreadable; -1: nobody has any.
    int news = -1;
    std::function<void()> on_news = {};
    // An eventfd, emptied here, of who wants a tick at once; -1: nobody does.
    int wake = -1;
    // Asked after each tick: true ends the loop.
    std::function<bool()> is_over = {};
    // Held while any of these is called; null: nobody else looks at what they touch.
    StateLock* lock = nullptr;
  };
  // Returns the signal that ended it; 0: it was over.
  int run(base::Duration tick, const Handlers& handlers);

 private:
  explicit Loop(int signals) : signals_(signals) {}

  int signals_;
};

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// SIGINT and SIGTERM end a storm, not the process: it reports what has happened until then. To be
// made before any other thread exists; the signals stay blocked for good.

#include "base/clock.h"

namespace stentor::rig {

class Interrupt {
 public:
  Interrupt();

  // Waits for a signal, or until the time is over. True once one has come, and from then on.
  bool wait(base::Duration time);
  [[nodiscard]] bool came() const { return came_; }

 private:
  bool came_ = false;
};

}  // namespace stentor::rig

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stentor-storm's exit status says; the same in --help.

namespace stentor::rig {

enum ExitStatus : int {
  kGoalsHeld = 0,    // the storm is over, and every goal held; or there was none
  kGoalsMissed = 1,  // the storm is over, and a goal did not hold; of a search: no rate held
  kCannotRun = 2,    // wrong command line, scenario, port, memory or report: see stderr
  kInterrupted = 3,  // a signal ended the storm or the search: goals may yet have been missed
};

}  // namespace stentor::rig

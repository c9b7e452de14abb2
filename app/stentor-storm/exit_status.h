// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stentor-storm's exit status says; the same in --help.

namespace stentor::rig {

enum ExitStatus : int {
  kGoalsHeld = 0,    // the storm is over, and every goal held; or there was none
  kGoalsMissed = 1,  // the storm is over (or was interrupted), and a goal did not hold
  kCannotRun = 2,    // wrong command line, scenario, port or memory: see stderr
};

}  // namespace stentor::rig

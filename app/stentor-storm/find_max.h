// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// --find-max: trials on a rig until the highest rate of arrivals that the server holds is known.

#include "command_line.h"
#include "interrupt.h"
#include "rig.h"

namespace stentor::rig {

// Prints each trial and the outcome to stdout; returns the exit status.
int find_max(Rig& rig, const CommandLine& line, Interrupt& interrupt);

}  // namespace stentor::rig

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Progress from the tallies of a running storm.

#include "progress.h"
#include "rig.h"

namespace stentor::rig {

Progress read_progress(const LiveView& view);

}  // namespace stentor::rig

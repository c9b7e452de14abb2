// SPDX-License-Identifier: BSD-3-Clause
#include "fibers.h"

namespace stentor::stress {

void step() {
  if (Fibers::active != nullptr) Fibers::active->step();
}

}  // namespace stentor::stress

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentorctl top`: what a running stentord does, over and over.

#include "appliance_link.h"

namespace stentor::ctl {

struct Top {
  double interval = 2;  // seconds
  unsigned looks = 0;   // that are shown; 0: until it is ended
};

// On a terminal each look takes the place of the one before; elsewhere, and as JSON, one follows
// the other, as JSON a line each. A look that stentord has no time for is left out, and said. Ends
// when nobody answers or reads any more.
ExitStatus run_top(const Asking& asking, const Top& top);

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// `stentorctl reload`: a running stentord reads its configuration again, or says what would come of
// it.

#include "appliance_link.h"

namespace stentor::ctl {

ExitStatus run_reload(const Asking& asking, bool dry_run);

}  // namespace stentor::ctl

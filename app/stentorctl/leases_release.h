// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// stentorctl leases release: ends leases as if their holders had given them back.

#include <string>
#include <vector>

#include "appliance_link.h"

namespace stentor::ctl {

// `holders`: addresses, and MAC addresses in the place of all that is known by them. One after the
// other; what cannot be done is said, and the rest is done, unless nobody answers.
ExitStatus run_release(const Asking& asking, const std::vector<std::string>& holders);

}  // namespace stentor::ctl

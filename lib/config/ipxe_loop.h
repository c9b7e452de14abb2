// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Machines that load iPXE over the network and are then, as iPXE, told to load it again.

#include "config/settings.h"

namespace stentor::config {

// The first boot rule by which a machine of some architecture that iPXE has taken over gets iPXE by
// one of its usual names; null: there is none. Rules that leave it open whether they are for such a
// machine (by a MAC address, say) count as if they were not.
const BootRule* find_ipxe_loop(const Settings& settings);

}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
#include "dhcp/relay_guard.h"

namespace stentor::dhcp {

ReplayFilter& RelayGuard::filter_of(wire::Ipv4Address relay) { return filters_[relay]; }

}  // namespace stentor::dhcp

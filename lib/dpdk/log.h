// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where the adapter's messages go: the appliance hands in its logger. Called from the control
// thread, and rarely from a worker (a driver that complains): the callee must be thread-safe.

#include <functional>
#include <string>

#include "config/settings.h"

namespace stentor::dpdk {

using Log = std::function<void(config::LogLevel, const std::string&)>;

}  // namespace stentor::dpdk

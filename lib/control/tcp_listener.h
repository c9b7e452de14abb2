// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A socket that listens on a TCP address of the host: on the kernel's network, never on a port that
// is served. Control thread.

#include <string_view>

#include "base/descriptor.h"
#include "base/error.h"
#include "config/settings.h"

namespace stentor::control {

// It does not block. An error is one sentence; `key`: the configuration's, to be changed then.
base::Result<base::Descriptor> listen_on(const config::TcpAddress& address, std::string_view key);

}  // namespace stentor::control

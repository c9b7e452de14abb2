// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The path at which a vhost device will listen for its guest. Control thread.

#include <string>
#include <string_view>

#include "base/error.h"

namespace stentor::dpdk {

// Where the device `name` with `arguments` will listen; empty when it listens nowhere.
[[nodiscard]] std::string vhost_listening_path(std::string_view name, const std::string& arguments);

// Whether a socket can be made at `path`. Errors: somebody answers there, something else is there,
// or its folder is absent or closed to us. One that nobody answers on, left by a server that was
// killed, is none.
base::Result<void> check_vhost_socket(const std::string& path);

// The same, and removes what a killed server left.
base::Result<void> clear_vhost_socket(const std::string& path);

}  // namespace stentor::dpdk

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a configuration allows and hardly means. Control thread or command line only.

#include <string>
#include <vector>

#include "config/settings.h"

namespace stentor::config {

// A sentence each, without its full stop: what will happen, and what to do.
[[nodiscard]] std::vector<std::string> advice(const Settings& settings);

}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a network interface of the kernel is configured with: the start of a derived configuration.

#include <string>

#include "base/error.h"
#include "config/derive.h"

namespace stentor {

// Errors: no such interface, or no IPv4 address on it.
base::Result<config::InterfaceFacts> read_interface_facts(const std::string& name);

}  // namespace stentor

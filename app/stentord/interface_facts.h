// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a configuration owes to the kernel's interfaces: one that is derived begins with what theirs
// is, and one that is written may call one of them by two names.

#include <optional>
#include <string>

#include "base/error.h"
#include "config/derive.h"
#include "config/settings.h"

namespace stentor {

// By any of its names. Errors: no such interface, or no IPv4 address on it.
base::Result<config::InterfaceFacts> read_interface_facts(const std::string& name);

// A sentence if two ports have one interface, by different names: one name is the parser's to see.
// An interface that is not there is nobody's: the configuration may be another machine's.
std::optional<std::string> find_shared_interface(const config::Settings& settings);

}  // namespace stentor

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A reload: the configuration is read again, and served if nothing is wrong with it. Control
// thread.

#include <string>
#include <vector>

#include "appliance.h"
#include "command_line.h"

namespace stentor {

// Not before the one before it is_settled(). Empty: `appliance` serves what it read. Otherwise
// nothing has changed, and these lines say why. Either is in the log.
std::vector<std::string> reload(const CommandLine& line, Appliance& appliance);

}  // namespace stentor

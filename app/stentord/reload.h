// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A reload: the configuration is read again, and served if nothing is wrong with it. Control
// thread.

#include "appliance.h"
#include "command_line.h"
#include "control/reload_desk.h"

namespace stentor {

// Not before the one before it is_settled(). What is not taken has changed nothing, and the outcome
// says why. Either is in the log.
control::ReloadOutcome reload(const CommandLine& line, Appliance& appliance);
// What a reload would come to, and what it would change. Nothing does, and the log has none of it.
control::ReloadOutcome try_reload(const CommandLine& line, const Appliance& appliance);

}  // namespace stentor

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Who may look at what the control thread has: the control thread itself, except while it waits for
// something to do (control/loop.h), and the API's thread, for as long as it takes to copy what it
// was asked for, never over a read, a write or a wait.

#include <mutex>

namespace stentor::control {

using StateLock = std::timed_mutex;

}  // namespace stentor::control

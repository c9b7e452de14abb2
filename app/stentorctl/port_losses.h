// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The counters of a port that say which frames nobody else counts: what its device and its driver
// lost.

#include <array>

namespace stentor::ctl {

inline constexpr std::array kPortLosses{"receive_queue_full", "no_receive_buffer", "receive_errors",
                                        "send_errors", "refused_by_driver"};

}  // namespace stentor::ctl

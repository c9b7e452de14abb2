// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the kernel lets this thread do, as capabilities(7) has it. Read before anything is opened,
// so that a missing right is refused at once and by its name. Control thread.

#include <initializer_list>
#include <string>

namespace stentor::dpdk {

enum class Right {
  network_admin,  // CAP_NET_ADMIN: set an interface up, attach programs to it, make one
  raw_sockets,    // CAP_NET_RAW: send and receive whole frames
  programs,       // CAP_BPF, which CAP_SYS_ADMIN includes: load programs
};

// The names of those that are missing, "CAP_NET_ADMIN, CAP_BPF"; empty when none is.
[[nodiscard]] std::string missing_rights(std::initializer_list<Right> needed);

}  // namespace stentor::dpdk

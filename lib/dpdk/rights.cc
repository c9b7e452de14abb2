// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/rights.h"

#include <array>
#include <cstdint>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stentor::dpdk {

namespace {

// The effective set of the calling thread, one bit a capability.
std::uint64_t effective_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  if (::syscall(SYS_capget, &header, data.data()) != 0) return 0;
  return data[0].effective | std::uint64_t{data[1].effective} << 32;
}

bool holds(std::uint64_t set, unsigned capability) { return (set >> capability & 1) != 0; }

}  // namespace

std::string missing_rights(std::initializer_list<Right> needed) {
  const std::uint64_t set = effective_capabilities();
  std::string names;
  for (const Right right : needed) {
    bool held = false;
    const char* name = "";
    switch (right) {
      case Right::network_admin:
        held = holds(set, CAP_NET_ADMIN);
        name = "CAP_NET_ADMIN";
        break;
      case Right::raw_sockets:
        held = holds(set, CAP_NET_RAW);
        name = "CAP_NET_RAW";
        break;
      case Right::programs:
        held = holds(set, CAP_BPF) || holds(set, CAP_SYS_ADMIN);
        name = "CAP_BPF";
        break;
    }
    if (!held) names += (names.empty() ? "" : ", ") + std::string(name);
  }
  return names;
}

}  // namespace stentor::dpdk

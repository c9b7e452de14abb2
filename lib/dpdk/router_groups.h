// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The two Ethernet groups (RFC 2464 section 7) of IPv6's all nodes and all routers, where routers
// advertise and hosts solicit: a device passes on no other group's frames than it was asked for.
// Control thread.

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"

namespace stentor::dpdk {

// Of a started device; all groups where it does not take single ones. A device that knows neither
// filters nothing.
base::Result<void> join_router_groups(std::uint16_t device);

// Of an interface of the kernel, whichever driver serves it. It ends with the object, and with the
// process however that ends.
class RouterGroups {
 public:
  static base::Result<std::unique_ptr<RouterGroups>> join(const std::string& interface);
  ~RouterGroups();
  RouterGroups(const RouterGroups&) = delete;
  RouterGroups& operator=(const RouterGroups&) = delete;

 private:
  explicit RouterGroups(int socket) : socket_(socket) {}

  int socket_;  // packet(7), PACKET_ADD_MEMBERSHIP; it receives nothing
};

}  // namespace stentor::dpdk

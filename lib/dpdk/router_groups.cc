// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/router_groups.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <linux/if_packet.h>
#include <rte_ethdev.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dpdk/device.h"
#include "dpdk/interface_link.h"

namespace stentor::dpdk {

namespace {

constexpr std::array<std::array<std::uint8_t, 6>, 2> kGroups{
    {{0x33, 0x33, 0, 0, 0, 1}, {0x33, 0x33, 0, 0, 0, 2}}};

base::Result<void> add_membership(int socket, unsigned interface,
                                  const std::array<std::uint8_t, 6>& group) {
  packet_mreq request{};
  request.mr_ifindex = static_cast<int>(interface);
  request.mr_type = PACKET_MR_MULTICAST;
  request.mr_alen = static_cast<unsigned short>(group.size());
  std::memcpy(request.mr_address, group.data(), group.size());
  if (setsockopt(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof request) == 0) {
    return {};
  }
  return base::failure("The kernel refuses a multicast group (" + base::system_reason(errno) +
                       ").");
}

}  // namespace

base::Result<void> join_router_groups(std::uint16_t device) {
  std::array<rte_ether_addr, kGroups.size()> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::memcpy(groups[i].addr_bytes, kGroups[i].data(), kGroups[i].size());
  }
  if (rte_eth_dev_set_mc_addr_list(device, groups.data(), groups.size()) == 0) return {};
  const int code = rte_eth_allmulticast_enable(device);
  if (code == 0 || code == -ENOTSUP) return {};
  return base::failure("The device does not pass on multicast (" + dpdk_reason(code) + ").");
}

base::Result<std::unique_ptr<RouterGroups>> RouterGroups::join(const std::string& interface) {
  const auto link = find_interface(interface);
  if (!link) return tl::unexpected(link.error());
  // Of protocol 0: no frame is for it.
  std::unique_ptr<RouterGroups> joined(
      new RouterGroups(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)));
  if (joined->socket_ < 0) {
    return base::failure("No packet socket can be made (" + base::system_reason(errno) + ").");
  }
  for (const auto& group : kGroups) {
    if (auto done = add_membership(joined->socket_, link->index, group); !done) {
      return tl::unexpected(done.error());
    }
  }
  return joined;
}

RouterGroups::~RouterGroups() {
  if (socket_ >= 0) close(socket_);
}

}  // namespace stentor::dpdk

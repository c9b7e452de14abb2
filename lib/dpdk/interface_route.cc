// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/interface_route.h"

#include <cerrno>
#include <sys/socket.h>

#include "dpdk/interface_netlink.h"

namespace stentor::dpdk {

namespace {

// A dump is disturbed by every route that comes or goes meanwhile.
constexpr int kTries = 10;

struct Question {
  nlmsghdr head{};
  rtmsg route{};
};

unsigned default_bits_max(int family) {
  return family == AF_INET ? kIpv4DefaultBitsMax : kIpv6DefaultBitsMax;
}

// rtnexthop: its length, its interface, then attributes of its own.
bool has_next_hop(base::Bytes hops, unsigned index) {
  while (const auto hop = read_fixed<rtnexthop>(hops)) {
    if (hop->rtnh_len < sizeof(rtnexthop) || hop->rtnh_len > hops.size()) return false;
    if (static_cast<unsigned>(hop->rtnh_ifindex) == index) return true;
    hops = hops.subspan(std::min<std::size_t>(RTNH_ALIGN(hop->rtnh_len), hops.size()));
  }
  return false;
}

void read_route(base::Bytes content, unsigned index, InterfaceRoutes& routes) {
  const auto route = read_fixed<rtmsg>(content);
  if (!route || route->rtm_type != RTN_UNICAST) return;
  if (route->rtm_family != AF_INET && route->rtm_family != AF_INET6) return;
  if (route->rtm_dst_len > default_bits_max(route->rtm_family)) return;
  each_attribute(content.subspan(sizeof(rtmsg)), [&](int type, base::Bytes value) {
    const bool ours = type == RTA_OIF         ? read_fixed<unsigned>(value) == index
                      : type == RTA_MULTIPATH ? has_next_hop(value, index)
                                              : false;
    routes.has_default = routes.has_default || ours;
  });
}

int read_family(int family, unsigned index, InterfaceRoutes& routes) {
  Question question;
  question.head.nlmsg_type = RTM_GETROUTE;
  question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  question.head.nlmsg_len = sizeof question;
  question.route.rtm_family = static_cast<unsigned char>(family);
  const base::Bytes request(reinterpret_cast<const std::uint8_t*>(&question), sizeof question);
  int error = EAGAIN;
  for (int tries = 0; tries < kTries && error == EAGAIN; ++tries) {
    error =
        ask_netlink(request, [&](int, base::Bytes content) { read_route(content, index, routes); });
  }
  return error;
}

}  // namespace

base::Result<InterfaceRoutes> read_interface_routes(unsigned index) {
  InterfaceRoutes routes;
  for (const int family : {AF_INET, AF_INET6}) {
    const int error = read_family(family, index, routes);
    // A kernel without IPv6 has no such routes.
    if (error == 0 || error == EOPNOTSUPP || error == EAFNOSUPPORT) continue;
    return base::failure("The kernel does not list its routes (" + base::system_reason(error) +
                         "), so it cannot be seen whether the default route would be taken from "
                         "the system: start again.");
  }
  return routes;
}

}  // namespace stentor::dpdk

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

// As much of a route as is asked for.
struct Route {
  std::uint32_t table = RT_TABLE_UNSPEC;
  std::uint32_t metric = 0;  // the kernel prefers the least
  bool ours = false;         // a next hop of it is through the interface
  std::optional<wire::Ipv4Address> gateway{};
};

struct Search {
  unsigned index;
  InterfaceRoutes found{};
  std::uint32_t metric = 0;  // of the route with the gateway
};

std::optional<wire::Ipv4Address> read_gateway(base::Bytes value) {
  if (value.size() != sizeof(std::uint32_t)) return std::nullopt;
  return wire::Ipv4Address{base::load_big_endian<std::uint32_t>(value.data())};
}

// rtnexthop: its length, its interface, then attributes of its own.
void read_next_hops(base::Bytes hops, unsigned index, Route& route) {
  while (const auto hop = read_fixed<rtnexthop>(hops)) {
    if (hop->rtnh_len < sizeof(rtnexthop) || hop->rtnh_len > hops.size()) return;
    if (static_cast<unsigned>(hop->rtnh_ifindex) == index) {
      route.ours = true;
      const base::Bytes attributes = hops.first(hop->rtnh_len).subspan(sizeof(rtnexthop));
      each_attribute(attributes, [&](int type, base::Bytes value) {
        if (type == RTA_GATEWAY && !route.gateway) route.gateway = read_gateway(value);
      });
    }
    hops = hops.subspan(std::min<std::size_t>(RTNH_ALIGN(hop->rtnh_len), hops.size()));
  }
}

Route read_attributes(base::Bytes attributes, unsigned index) {
  Route route;
  each_attribute(attributes, [&](int type, base::Bytes value) {
    switch (type) {
      case RTA_OIF:
        route.ours = route.ours || read_fixed<unsigned>(value) == index;
        break;
      case RTA_MULTIPATH:
        read_next_hops(value, index, route);
        break;
      case RTA_GATEWAY:
        route.gateway = read_gateway(value);
        break;
      case RTA_TABLE:
        route.table = read_fixed<std::uint32_t>(value).value_or(RT_TABLE_UNSPEC);
        break;
      case RTA_PRIORITY:
        route.metric = read_fixed<std::uint32_t>(value).value_or(0);
        break;
      default:
        break;
    }
  });
  return route;
}

void read_route(base::Bytes content, Search& search) {
  const auto head = read_fixed<rtmsg>(content);
  if (!head || head->rtm_type != RTN_UNICAST) return;
  if (head->rtm_family != AF_INET && head->rtm_family != AF_INET6) return;
  if (head->rtm_dst_len > default_bits_max(head->rtm_family)) return;
  const Route route = read_attributes(content.subspan(sizeof(rtmsg)), search.index);
  if (!route.ours) return;
  search.found.has_default = true;
  const bool leads_on = route.gateway && head->rtm_dst_len == 0 && route.table == RT_TABLE_MAIN;
  if (leads_on && (!search.found.gateway || route.metric < search.metric)) {
    search.found.gateway = route.gateway;
    search.metric = route.metric;
  }
}

int read_family(int family, Search& search) {
  Question question;
  question.head.nlmsg_type = RTM_GETROUTE;
  question.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  question.head.nlmsg_len = sizeof question;
  question.route.rtm_family = static_cast<unsigned char>(family);
  const base::Bytes request(reinterpret_cast<const std::uint8_t*>(&question), sizeof question);
  int error = EAGAIN;
  for (int tries = 0; tries < kTries && error == EAGAIN; ++tries) {
    error = ask_netlink(request, [&](int, base::Bytes content) { read_route(content, search); });
  }
  return error;
}

}  // namespace

base::Result<InterfaceRoutes> read_interface_routes(unsigned index) {
  Search search{index};
  for (const int family : {AF_INET, AF_INET6}) {
    const int error = read_family(family, search);
    // A kernel without IPv6 has no such routes.
    if (error == 0 || error == EOPNOTSUPP || error == EAFNOSUPPORT) continue;
    return base::failure("The kernel does not list its routes (" + base::system_reason(error) +
                         "), so it cannot be seen whether the default route would be taken from "
                         "the system: start again.");
  }
  return search.found;
}

}  // namespace stentor::dpdk

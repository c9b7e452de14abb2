// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/interface.h"

#include <algorithm>
#include <bpf/libbpf.h>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "dpdk/interface_devices.h"
#include "dpdk/interface_feature.h"
#include "dpdk/interface_link.h"
#include "dpdk/interface_route.h"

namespace stentor::dpdk {

namespace {

// One ioctl on the interface `name`; returns 0 or errno.
int ask(const std::string& name, unsigned long request, ifreq& message) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  std::memcpy(message.ifr_name, name.c_str(), std::min(name.size() + 1, std::size_t{IFNAMSIZ}));
  const int failed = ::ioctl(fd, request, &message) < 0 ? errno : 0;
  ::close(fd);
  return failed;
}

template <typename Command>
int ask_ethtool(const std::string& name, Command& command) {
  ifreq message{};
  message.ifr_data = reinterpret_cast<char*>(&command);
  return ask(name, SIOCETHTOOL, message);
}

ethtool_channels read_channels(const std::string& name) {
  ethtool_channels channels{};
  channels.cmd = ETHTOOL_GCHANNELS;
  // A device without channels to speak of has one queue.
  if (ask_ethtool(name, channels) != 0) return {};
  return channels;
}

// Some drivers pair receive and transmit (`combined`), some number them apart (`rx`, `tx`).
int write_channels(const std::string& name, unsigned count) {
  ethtool_channels channels = read_channels(name);
  channels.cmd = ETHTOOL_SCHANNELS;
  if (channels.max_combined != 0) {
    channels.combined_count = count;
  } else {
    channels.rx_count = count;
    channels.tx_count = std::min(count, std::max(channels.max_tx, 1u));
  }
  return ask_ethtool(name, channels);
}

// By the address of the PCI device that the interface's driver names, if it has one.
int read_node(const std::string& name) {
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  if (ask_ethtool(name, info) != 0) return -1;
  const std::string device(info.bus_info, ::strnlen(info.bus_info, sizeof info.bus_info));
  if (device.empty() || device.find('/') != std::string::npos) return -1;
  std::ifstream file("/sys/bus/pci/devices/" + device + "/numa_node");
  int node = -1;
  return file >> node ? node : -1;
}

std::uint32_t read_xdp_program(unsigned index) {
  std::uint32_t program = 0;
  return bpf_xdp_query_id(static_cast<int>(index), 0, &program) == 0 ? program : 0;
}

}  // namespace

base::Result<InterfaceFacts> read_interface(const std::string& name) {
  auto link = find_interface(name);
  if (!link) return tl::unexpected(link.error());
  if (link->type != ARPHRD_ETHER) {
    return base::failure("The interface `" + link->name +
                         "` carries no Ethernet frames, which machines boot by: choose another; " +
                         "those with `link/ether` in `ip link` do.");
  }
  const auto routes = read_interface_routes(link->index);
  if (!routes) return tl::unexpected(routes.error());
  InterfaceFacts facts;
  facts.name = std::move(link->name);
  facts.index = link->index;
  facts.mac = link->mac;
  facts.mtu = static_cast<std::uint16_t>(std::clamp<unsigned>(link->mtu, 68, kInterfaceMtuMax));
  const ethtool_channels channels = read_channels(facts.name);
  facts.channels = std::max(channels.rx_count + channels.combined_count, 1u);
  facts.channels_max = std::max(channels.max_rx + channels.max_combined, facts.channels);
  facts.node = read_node(facts.name);
  facts.default_route = routes->has_default;
  facts.gateway = routes->gateway;
  return facts;
}

bool interface_running(const std::string& name) {
  ifreq message{};
  return ask(name, SIOCGIFFLAGS, message) == 0 && (message.ifr_flags & IFF_UP) != 0 &&
         (message.ifr_flags & IFF_RUNNING) != 0;
}

InterfaceLoan::InterfaceLoan(std::string name, InterfaceFacts facts, const Log& log)
    : name_(std::move(name)),
      before_(std::move(facts)),
      log_(log),
      xdp_before_(read_xdp_program(before_.index)) {}

base::Result<std::unique_ptr<InterfaceLoan>> InterfaceLoan::take(const std::string& name,
                                                                 unsigned channels,
                                                                 const Log& log) {
  const auto facts = read_interface(name);
  if (!facts) return tl::unexpected(facts.error());
  std::unique_ptr<InterfaceLoan> loan(new InterfaceLoan(name, *facts, log));
  ifreq message{};
  if (ask(name, SIOCGIFFLAGS, message) != 0) {
    return base::failure("The interface `" + name + "` vanished while it was being opened.");
  }
  loan->flags_before_ = message.ifr_flags;
  if (facts->channels != channels) {
    if (const int error = write_channels(name, channels); error != 0) {
      return base::failure("The interface `" + name + "` does not take " +
                           std::to_string(channels) + " queues (" + base::system_reason(error) +
                           "): see `ethtool -l " + name + "`, or set the port's `queues` to " +
                           std::to_string(facts->channels) + ".");
    }
    loan->channels_changed_ = true;
  }
  if ((message.ifr_flags & IFF_UP) == 0) {
    message.ifr_flags = static_cast<short>(message.ifr_flags | IFF_UP);
    if (const int error = ask(name, SIOCSIFFLAGS, message); error != 0) {
      return base::failure("The interface `" + name + "` is down and does not come up (" +
                           base::system_reason(error) + "): run as root.");
    }
    log(config::LogLevel::info,
        "The interface `" + name + "` was down: it is brought up, and down again at exit.");
  }
  return loan;
}

InterfaceLoan::~InterfaceLoan() {
  remove_xdp();
  if (features_before_) {
    ethtool_value value{ETHTOOL_SFLAGS, *features_before_};
    ask_ethtool(name_, value);
  }
  if (service_tags_changed_) set_interface_feature(name_, kServiceTagStripping, true);
  if (channels_changed_) write_channels(name_, before_.channels);
  if (flags_before_) {
    // Only what a driver may have touched: whoever took the interface down meanwhile was not us.
    ifreq message{};
    if (ask(name_, SIOCGIFFLAGS, message) == 0) {
      constexpr short kOurs = IFF_UP | IFF_PROMISC | IFF_ALLMULTI;
      const bool was_up = (*flags_before_ & IFF_UP) != 0;
      short flags = static_cast<short>((message.ifr_flags & ~kOurs) | (*flags_before_ & kOurs));
      if (was_up) flags = static_cast<short>((flags & ~IFF_UP) | (message.ifr_flags & IFF_UP));
      message.ifr_flags = flags;
      ask(name_, SIOCSIFFLAGS, message);
    }
  }
}

bool InterfaceLoan::keep_vlan_tags() {
  if (interface_feature(name_, kServiceTagStripping)) {
    if (!set_interface_feature(name_, kServiceTagStripping, false)) return false;
    service_tags_changed_ = true;
  }
  ethtool_value value{ETHTOOL_GFLAGS, 0};
  if (ask_ethtool(name_, value) != 0 || (value.data & ETH_FLAG_RXVLAN) == 0) return true;
  const std::uint32_t before = value.data;
  value = {ETHTOOL_SFLAGS, before & ~static_cast<std::uint32_t>(ETH_FLAG_RXVLAN)};
  if (ask_ethtool(name_, value) != 0) return false;
  if (!features_before_) features_before_ = before;
  return true;
}

void InterfaceLoan::remove_xdp() {
  const std::uint32_t now = read_xdp_program(before_.index);
  if (xdp_before_ == 0 && now != 0) bpf_xdp_detach(static_cast<int>(before_.index), 0, nullptr);
}

}  // namespace stentor::dpdk

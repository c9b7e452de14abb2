// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "base/check.h"
#include "config/limit.h"
#include "dpdk/bond.h"
#include "dpdk/flow_rules.h"
#include "dpdk/interface.h"
#include "dpdk/interface_devices.h"
#include "dpdk/kernel_silence.h"
#include "dpdk/port.h"
#include "dpdk/profile.h"
#include "dpdk/router_groups.h"
#include "dpdk/service_tags.h"

namespace stentor::dpdk {

namespace {

// The device's own argument for the number of queues, unless it is given.
std::string with_queues(const config::DeviceSpec& device, std::size_t queues) {
  const Profile* profile = find_profile_by_vdev(device.name);
  if (queues < 2 || profile == nullptr || profile->queue_argument.empty() ||
      !device.argument(profile->queue_argument).empty()) {
    return device.arguments;
  }
  return device.arguments + (device.arguments.empty() ? "" : ",") +
         std::string(profile->queue_argument) + "=" + std::to_string(queues);
}

}  // namespace

base::Result<std::unique_ptr<Port>> Port::open(const PortOptions& options, const Log& log) {
  CHECK(!options.queue_nodes.empty() && options.queue_nodes.size() <= config::kQueuesMax);
  std::unique_ptr<Port> port(new Port);
  base::Result<void> opened = check_access(options);
  if (opened) {
    switch (options.device.kind) {
      case config::DeviceKind::interface:
        opened = port->open_interface(options, log);
        break;
      case config::DeviceKind::bond:
        opened = port->open_bond(options);
        break;
      case config::DeviceKind::pci:
      case config::DeviceKind::vdev:
        opened = port->attach_and_start(
            options,
            {{options.device.name, with_queues(options.device, options.queue_nodes.size())}});
    }
  }
  if (!opened) {
    return base::failure("Port `" + options.name + "`: " + opened.error().sentence);
  }
  if (port->queue_count() < options.queue_nodes.size()) {
    log(config::LogLevel::warning, "Port `" + options.name + "` has " +
                                       std::to_string(port->queue_count()) + " queues, not the " +
                                       std::to_string(options.queue_nodes.size()) + " planned.");
  }
  if (options.hears_routers) {
    // Everything else works without.
    if (const auto heard = port->hear_routers(); !heard) {
      log(config::LogLevel::warning, "Port `" + options.name +
                                         "` may not hear IPv6 routers, nor firmware that looks "
                                         "for them: " +
                                         heard.error().sentence);
    }
  }
  return port;
}

base::Result<void> Port::hear_routers() {
  if (!interface_.empty()) {
    auto groups = RouterGroups::join(interface_);
    if (!groups) return tl::unexpected(groups.error());
    router_groups_ = std::move(*groups);
    return {};
  }
  for (const auto& device : devices_) {
    if (auto joined = join_router_groups(device->id()); !joined) return joined;
  }
  return {};
}

base::Result<void> Port::open_interface(const PortOptions& options, const Log& log) {
  const std::size_t queues = options.queue_nodes.size();
  const auto facts = read_interface(options.device.name);
  if (!facts) return tl::unexpected(facts.error());
  interface_ = facts->name;
  auto loan = InterfaceLoan::take(interface_, static_cast<unsigned>(queues), log);
  if (!loan) return tl::unexpected(loan.error());
  loan_ = std::move(*loan);
  if (!options.silence.addresses.empty()) {
    auto silence = KernelSilence::attach(interface_, options.silence);
    if (!silence) return tl::unexpected(silence.error());
    silence_ = std::move(*silence);
  }
  PortOptions own = options;
  own.mtu = facts->mtu;

  std::string why;
  if (loan_->keep_vlan_tags()) {
    const auto xdp = attach_and_start(own, af_xdp_devices(interface_, queues));
    if (xdp) {
      description_ = "AF_XDP on " + interface_;
      log(config::LogLevel::info, "The interface `" + interface_ + "` is served through AF_XDP.");
      return {};
    }
    why = xdp.error().sentence;
  } else {
    why = "its driver strips VLAN tags and does not stop.";
  }
  loan_->remove_xdp();
  if (auto opened = open_packet_socket(own); !opened) return opened;
  description_ = "AF_PACKET on " + interface_;
  log(config::LogLevel::info,
      "The interface `" + interface_ +
          "` is served through AF_PACKET; AF_XDP does not work there: " + why);
  return {};
}

base::Result<void> Port::open_bond(const PortOptions& options) {
  std::vector<std::unique_ptr<Device>> members;
  for (const config::DeviceSpec& each : options.device.members) {
    auto member =
        Device::attach(each.kind, {each.name, with_queues(each, options.queue_nodes.size())});
    if (!member) return tl::unexpected(member.error());
    members.push_back(*std::move(member));
  }
  auto device = Bond::make_device(options.device);
  if (!device) return tl::unexpected(device.error());
  auto bond = Bond::make(options.device, std::move(members), **device);
  if (!bond) return tl::unexpected(bond.error());
  bond_ = *std::move(bond);
  devices_.push_back(*std::move(device));
  auto done = start(options);
  if (done && bond_->is_lacp()) done = bond_->hasten(queue_count());
  if (!done) close();
  return done;
}

base::Result<void> Port::open_packet_socket(const PortOptions& options) {
  // packet(7) sends the interface's MTU behind one Ethernet header; it makes room for one 802.1Q
  // tag, and for no other.
  constexpr unsigned kTagsBytes = 8;
  const unsigned needed = options.mtu_under_two + kTagsBytes;
  if (needed > options.mtu && options.mtu_under_two != 0) {
    const std::string remedy = needed > kInterfaceMtuMax
                                   ? "."
                                   : ", or raise the interface's with `ip link set " + interface_ +
                                         " mtu " + std::to_string(needed) + "`.";
    return base::failure("A network under two VLAN tags has mtu " +
                         std::to_string(options.mtu_under_two) + ", and `" + interface_ +
                         "`, through AF_PACKET, carries " +
                         std::to_string(options.mtu - kTagsBytes) + " there: lower it" + remedy);
  }
  // One tag alone is 802.1Q's, as the driver has it: its frames are the kernel's to read too.
  if (options.mtu_under_two != 0) {
    auto tags = ServiceTags::attach(interface_);
    if (!tags) return tl::unexpected(tags.error());
    service_tags_ = std::move(*tags);
  }
  return attach_and_start(options,
                          {af_packet_device(interface_, options.queue_nodes.size(), options.mtu)});
}

}  // namespace stentor::dpdk

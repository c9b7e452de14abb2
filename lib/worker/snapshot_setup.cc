// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "base/check.h"
#include "config/boot_targets.h"
#include "wire/data_header.h"
#include "worker/snapshot.h"

namespace stentor::worker {

namespace {

constexpr std::uint16_t kTftpOverheadBytes =
    wire::kIpv4HeaderBytes + wire::kUdpHeaderBytes + wire::kTftpDataHeaderBytes;
// Behind a router the MTU of our link says nothing: Ethernet's own is what every network on the way
// can be expected to carry (DESIGN section 7, blksize-max).
constexpr std::uint16_t kRoutedMtu = 1500;

tftp::Limits tftp_limits(const config::Tftp& tftp, std::uint16_t mtu) {
  // A DATA frame is never fragmented: many ROMs cannot put fragments together (FEATURES c2, 36).
  const std::uint16_t carried = static_cast<std::uint16_t>(mtu - kTftpOverheadBytes);
  return {.blksize_max = std::min(tftp.blksize_max.value_or(carried), carried),
          .windowsize_max = tftp.windowsize_max,
          .rto_min = tftp.rto_min,
          .rto_max = tftp.rto_max,
          .rollover = tftp.rollover,
          .pace = {.learns = tftp.pace_learned, .bits_per_second = tftp.pace_bits_per_second}};
}

// Who may fetch without a lease of ours.
AddressSet tftp_clients(const config::Settings& settings) {
  std::vector<wire::Ipv4Prefix> prefixes = settings.tftp.allow;
  switch (settings.tftp.clients) {
    case config::TftpClients::leased:
      break;
    case config::TftpClients::subnets:
      for (const config::Port& port : settings.ports) {
        for (const config::Network& network : port.networks) prefixes.push_back(network.address);
      }
      for (const config::Subnet& subnet : settings.dhcp.subnets) prefixes.push_back(subnet.prefix);
      break;
    case config::TftpClients::any:
      prefixes.push_back({.address = {}, .length = 0});
      break;
  }
  return AddressSet(prefixes);
}

bool has_boot_directory(const config::Settings& settings) {
  bool has_one = false;
  config::for_each_boot_target(settings, [&has_one](const config::BootTarget& target) {
    has_one |= target.file.find_first_of("/\\") != std::string::npos;
  });
  return has_one;
}

bool asks_more_than_address(const config::ClientTemplate& directory) {
  return std::ranges::any_of(directory.pieces, [](const config::ClientTemplate::Piece& piece) {
    return piece.word != config::ClientWord::address_dotted &&
           piece.word != config::ClientWord::address_digits;
  });
}

// Leases do not tell their clients' hardware addresses.
bool answers_leasequery(const config::Settings& settings) {
  return settings.dhcp.relays &&
         std::ranges::any_of(*settings.dhcp.relays, &config::Relay::leasequery);
}

}  // namespace

PortSteering make_steering(const config::Tftp& tftp, const std::vector<WorkerIndex>& workers) {
  if (tftp.single_port) return {.workers = workers};
  const std::uint32_t ports = std::uint32_t{tftp.port_last} - tftp.port_first + 1;
  CHECK(!workers.empty() && ports >= workers.size());
  return {workers, tftp.port_first, ports / static_cast<std::uint32_t>(workers.size())};
}

bool needs_clients(const config::Settings& settings) {
  const config::Images& images = settings.images;
  return !images.access.empty() ||
         std::ranges::any_of(images.client_directories, asks_more_than_address) ||
         std::ranges::any_of(
             settings.dhcp.classes,
             [](const config::ClientClass& named) { return named.tftp.has_value(); }) ||
         (images.beside_boot_file && has_boot_directory(settings)) || answers_leasequery(settings);
}

Snapshot make_snapshot(const config::Settings& settings, const base::HashKey& owner_key,
                       const std::vector<std::vector<WorkerIndex>>& workers_of_port,
                       const image::CurrentGeneration& images, lease::ClientStore* clients,
                       dhcp::RelayGuard* guard) {
  CHECK(workers_of_port.size() == settings.ports.size());
  CHECK(clients != nullptr || !needs_clients(settings));
  Snapshot snapshot{.ports = {},
                    .policy = dhcp::Policy(settings, owner_key, guard),
                    .files = tftp::Lookup(settings.images, images),
                    .strip_garbage = settings.tftp.strip_garbage,
                    .tftp_clients = tftp_clients(settings),
                    .leased_may_fetch = settings.tftp.clients == config::TftpClients::leased,
                    .transfers_per_client = settings.limits.transfers_per_client,
                    .class_limits = tftp::ClassLimits(settings.dhcp.classes),
                    .looks_beside_boot_file = settings.images.beside_boot_file,
                    .tells_of_no_router = settings.dhcp.empty_router_advertisements,
                    .clients = needs_clients(settings) ? clients : nullptr};
  dhcp::NetworkIndex index = 0;
  for (std::size_t p = 0; p < settings.ports.size(); ++p) {
    PortView view{.networks = {}, .steering = make_steering(settings.tftp, workers_of_port[p])};
    for (const config::Network& network : settings.ports[p].networks) {
      view.networks.push_back({index++, network.vlan, network.address,
                               tftp_limits(settings.tftp, network.mtu),
                               tftp_limits(settings.tftp, std::min(network.mtu, kRoutedMtu))});
    }
    snapshot.ports.push_back(std::move(view));
  }
  return snapshot;
}

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
// Goal: what a configuration means for the data path: how long a block may be for which client, and
// who may fetch files at all, and which file a path names.
#include <gtest/gtest.h>
#include <string>

#include "support/service.h"

namespace stentor::worker {
namespace {

std::uint16_t blksize_max(const std::string& network, const std::string& tftp,
                          const std::string& client) {
  support::Service service(
      "ports:\n  - name: boot0\n    device: \"vdev:net_null0\"\n"
      "    networks: [{address: 10.20.0.2/16" +
          network + "}]\n" + tftp +
          "dhcp: {mode: none}\n"
          "images: {root: /srv/images}\n",
      {}, 1);
  const Snapshot& snapshot = service.snapshots().read(0);
  return snapshot.ports[0].networks[0].limits_for(*wire::Ipv4Address::parse(client)).blksize_max;
}

constexpr const char* kOnLinkText = "10.20.16.5";
constexpr const char* kRoutedText = "10.21.16.5";

TEST(SnapshotSetup, CapsBlocksOfRoutedClientsAtTheUsualPacket) {
  // Goal: nobody knows what lies behind a router; on the link the MTU is configured.
  EXPECT_EQ(blksize_max(", mtu: 9000", "", kOnLinkText), 8968);
  EXPECT_EQ(blksize_max(", mtu: 9000", "", kRoutedText), 1468);
  EXPECT_EQ(blksize_max(", mtu: 1500", "", kOnLinkText), 1468);
  EXPECT_EQ(blksize_max(", mtu: 1500", "", kRoutedText), 1468);
}

TEST(SnapshotSetup, CapsBlocksOfRoutedClientsAtASmallerMtuOfTheLinkToo) {
  EXPECT_EQ(blksize_max(", mtu: 1400", "", kOnLinkText), 1368);
  EXPECT_EQ(blksize_max(", mtu: 1400", "", kRoutedText), 1368);
}

TEST(SnapshotSetup, CapsBlocksOfBothAtTheConfiguredSize) {
  EXPECT_EQ(blksize_max(", mtu: 9000", "tftp: {blksize-max: 4096}\n", kOnLinkText), 4096);
  EXPECT_EQ(blksize_max(", mtu: 9000", "tftp: {blksize-max: 4096}\n", kRoutedText), 1468);
  EXPECT_EQ(blksize_max(", mtu: 9000", "tftp: {blksize-max: 1024}\n", kRoutedText), 1024);
}

TEST(SnapshotSetup, CountsTheWholeSubnetAsOnLinkAndNothingElse) {
  for (const char* address : {"10.20.0.0", "10.20.0.1", "10.20.255.255"}) {
    EXPECT_EQ(blksize_max(", mtu: 9000", "", address), 8968) << address;
  }
  for (const char* address : {"10.19.255.255", "10.21.0.0"}) {
    EXPECT_EQ(blksize_max(", mtu: 9000", "", address), 1468) << address;
  }
}

// The addresses that may fetch without a lease, of some that tell the modes apart.
std::string clients_of(const std::string& tftp) {
  support::Service service(
      "ports:\n  - name: boot0\n    device: \"vdev:net_null0\"\n"
      "    networks: [{address: 10.20.0.2/16}, {vlan: 7, address: 10.7.0.2/24, dhcp: none}]\n"
      "dhcp:\n  subnets:\n"
      "    - {subnet: 10.20.0.0/16, pools: [10.20.16.0-10.20.16.255]}\n"
      "    - {subnet: 10.21.0.0/16, pools: [10.21.16.0-10.21.16.255]}\n"
      "tftp: {" +
          tftp + "}\nimages: {root: /srv/images}\n",
      {}, 1);
  const Snapshot& snapshot = service.snapshots().read(0);
  std::string allowed = snapshot.leased_may_fetch ? "leased" : "";
  for (const char* client : {"10.20.0.9", "10.7.0.9", "10.21.0.9", "10.30.0.9", "10.40.0.9"}) {
    if (!snapshot.tftp_clients.contains(*wire::Ipv4Address::parse(client))) continue;
    allowed += (allowed.empty() ? "" : " ") + std::string(client);
  }
  return allowed;
}

TEST(SnapshotSetup, LetsNetworksSubnetsAndWhoIsAllowedFetch) {
  EXPECT_EQ(clients_of(""), "10.20.0.9 10.7.0.9 10.21.0.9");
  EXPECT_EQ(clients_of("clients: subnets, allow: [10.30.0.0/16]"),
            "10.20.0.9 10.7.0.9 10.21.0.9 10.30.0.9");
}

TEST(SnapshotSetup, LetsWhoHoldsALeaseAndWhoIsAllowedFetchWhenLeased) {
  EXPECT_EQ(clients_of("clients: leased"), "leased");
  EXPECT_EQ(clients_of("clients: leased, allow: [10.30.0.0/16, 10.7.0.0/24]"),
            "leased 10.7.0.9 10.30.0.9");
}

TEST(SnapshotSetup, LetsEverybodyFetchWhenAny) {
  EXPECT_EQ(clients_of("clients: any"), "10.20.0.9 10.7.0.9 10.21.0.9 10.30.0.9 10.40.0.9");
}

TEST(SnapshotSetup, TellsDhcpTheSizeOfTheFileThatTftpServes) {
  support::Service service(
      "ports: [{name: boot0, device: \"vdev:net_null0\", networks: [{address: 10.20.0.2/16}]}]\n"
      "dhcp: {mode: none}\n"
      "images: {root: /i, case-insensitive: true, aliases: [{from: \"*/*.efi\", to: "
      "\"{2}.efi\"}]}\n",
      {{"shimx64.efi", support::patterned(300)}}, 1);
  const Snapshot& snapshot = service.snapshots().read(0);
  for (const char* path :
       {"shimx64.efi", "SHIMX64.EFI", "rack7/shimx64.efi", "Rack7/ShimX64.EFI"}) {
    ASSERT_NE(snapshot.files.find(path), nullptr) << path;
    EXPECT_EQ(snapshot.size_of(path, {}), 300u) << path;
  }
  EXPECT_EQ(snapshot.size_of("rack7/grub.cfg", {}), std::nullopt);
}

TEST(SnapshotSetup, GivesEachWorkerOfAPortAsManyServerPortsOfItsOwn) {
  // Goal: what rules of a device are made from (first_port_of) is what an arriving frame's owner is
  // found by.
  for (const auto& [first, last] : {std::pair{49152, 65535}, {50001, 50999}, {60000, 60015}}) {
    config::Tftp tftp;
    tftp.port_first = static_cast<std::uint16_t>(first);
    tftp.port_last = static_cast<std::uint16_t>(last);
    std::vector<WorkerIndex> workers;
    for (WorkerIndex worker = 1; worker <= 16; ++worker) {
      workers.insert(workers.begin(), worker);
      const PortSteering steering = make_steering(tftp, workers);
      std::vector<int> owners(1 << 16, -1);
      for (std::size_t i = 0; i < workers.size(); ++i) {
        for (std::uint32_t port = 0; port < steering.slice; ++port) {
          owners.at(steering.first_port_of(i) + port) = workers[i];
        }
      }
      for (std::uint32_t port = 0; port < owners.size(); ++port) {
        const auto owner = steering.owner_of_port(static_cast<std::uint16_t>(port));
        ASSERT_EQ(owner ? *owner : -1, owners[port]) << port << " of " << workers.size();
      }
      EXPECT_LT(static_cast<std::size_t>(last - first + 1) - steering.slice * workers.size(),
                workers.size())
          << "ports that nobody has";
    }
  }
}

}  // namespace
}  // namespace stentor::worker

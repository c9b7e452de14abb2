// SPDX-License-Identifier: BSD-3-Clause
// Goal: ports, VLANs and networks do not contradict each other.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

struct PortSample {
  const char* name;
  const char* device;
  const char* networks;
};

std::string with_ports(const std::vector<PortSample>& ports) {
  std::string yaml = "images: {root: /i}\ndhcp: {mode: proxy}\nports:\n";
  for (const PortSample& port : ports) {
    yaml += std::string("  - {name: ") + port.name + ", device: \"" + port.device +
            "\", networks: [" + port.networks + "]}\n";
  }
  return yaml;
}

TEST(CrossCheckPorts, WantsNamesOnce) {
  EXPECT_EQ(finding(with_ports({{"a", "interface:e1", "{address: 10.0.0.1/24}"},
                                {"a", "interface:e2", "{address: 10.1.0.1/24}"}})),
            "ports[1].name: 'a': the port in line 4 has this name; choose another");
}

// What is said of the second of two ports with these devices.
std::string clash(const char* first, const char* second) {
  const std::vector<std::string> all = findings(with_ports(
      {{"a", first, "{address: 10.0.0.1/24}"}, {"b", second, "{address: 10.1.0.1/24}"}}));
  if (all.empty()) return "fine";
  const std::string head =
      std::string("ports[1].device: '") + second + "': the port in line 4 has ";
  EXPECT_EQ(all.size(), 1u);
  EXPECT_TRUE(all.front().starts_with(head)) << all.front();
  return all.front().substr(head.size());
}

constexpr const char* kSameDevice = "this device; put the networks of both into one port";

TEST(CrossCheckPorts, WantsADeviceOnceHoweverItIsSpelled) {
  EXPECT_EQ(clash("interface:e1", "interface:e1"), kSameDevice);
  EXPECT_EQ(clash("0000:3b:0a.0", "0000:3b:0a.0"), kSameDevice);
  EXPECT_EQ(clash("0000:3b:0a.0", "3b:0a.0"), kSameDevice);
  EXPECT_EQ(clash("3b:0a.0", "0000:3B:0A.0"), kSameDevice);
  EXPECT_EQ(clash("vdev:net_null0", "vdev:net_null0"), kSameDevice);
  EXPECT_EQ(clash("0000:3b:0a.0", "0000:3b:0a.1"), "fine");
  EXPECT_EQ(clash("0000:3b:0a.0", "0001:3b:0a.0"), "fine");
  EXPECT_EQ(clash("interface:e1", "interface:E1"), "fine");
}

TEST(CrossCheckPorts, WantsAVirtualDevicesNameOnce) {
  EXPECT_EQ(clash("vdev:net_vhost0,iface=/run/a", "vdev:net_vhost0,iface=/run/b"),
            "a virtual device of this name; number them, like net_vhost0 and net_vhost1");
  EXPECT_EQ(clash("vdev:net_null0", "vdev:net_null1"), "fine");
}

TEST(CrossCheckPorts, WantsASocketOnce) {
  const char* taken = "this iface; each device needs its own";
  EXPECT_EQ(clash("vdev:net_vhost0,iface=/run/a", "vdev:net_vhost1,iface=/run/a"), taken);
  EXPECT_EQ(clash("vdev:net_vhost0,iface=/run/a", "vdev:net_vhost1,queues=2,iface=/run//./a"),
            taken);
  EXPECT_EQ(clash("interface:e1", "vdev:net_af_packet0,iface=e1"), taken);
  EXPECT_EQ(clash("vdev:net_vhost0,iface=/run/a", "vdev:net_vhost1,iface=/run/b"), "fine");
}

TEST(CrossCheckPorts, WantsAVlanOnceAPort) {
  EXPECT_EQ(
      finding(with_ports({{"a", "interface:e1",
                           "{vlan: 5, address: 10.0.0.1/24}, {vlan: 5, address: 10.1.0.1/24}"}})),
      "ports[0].networks[1].vlan: '5': the network in line 4 has this VLAN; a VLAN of a port "
      "has one network");
  EXPECT_EQ(finding(with_ports(
                {{"a", "interface:e1", "{address: 10.0.0.1/24}, {address: 10.1.0.1/24}"}})),
            "ports[0].networks[1]: the network in line 4 is untagged too; give one of them a vlan");
  EXPECT_TRUE(findings(with_ports({{"a", "interface:e1", "{vlan: 5, address: 10.0.0.1/24}"},
                                   {"b", "interface:e2", "{vlan: 5, address: 10.1.0.1/24}"}}))
                  .empty());
  EXPECT_TRUE(
      findings(
          with_ports({{"a", "interface:e1",
                       "{vlan: 5, address: 10.0.0.1/24}, {vlan: \"5.5\", address: 10.1.0.1/24}"}}))
          .empty());
}

TEST(CrossCheckPorts, WantsOurAddressesOnce) {
  EXPECT_EQ(finding(with_ports({{"a", "interface:e1", "{address: 10.0.0.1/24}"},
                                {"b", "interface:e2", "{address: 10.0.0.1/24}"}})),
            "ports[1].networks[0].address: '10.0.0.1/24': the network in line 4 has this address; "
            "each network needs its own");
}

// Two cables into one segment.
TEST(CrossCheckPorts, AllowsOneNetworkOnTwoPorts) {
  EXPECT_TRUE(findings(with_ports({{"a", "interface:e1", "{address: 10.0.0.1/24}"},
                                   {"b", "interface:e2", "{address: 10.0.0.2/24}"}}))
                  .empty());
}

TEST(CrossCheckPorts, RefusesOtherOverlaps) {
  EXPECT_EQ(finding(with_ports({{"a", "interface:e1",
                                 "{address: 10.0.0.1/24}, {vlan: 2, address: 10.0.0.2/24}"}})),
            "ports[0].networks[1].address: '10.0.0.2/24': the same network as 10.0.0.0/24 in line "
            "4; a port has it once, on one VLAN");
  EXPECT_EQ(finding(with_ports({{"a", "interface:e1", "{address: 10.0.0.1/24}"},
                                {"b", "interface:e2", "{address: 10.0.9.2/16}"}})),
            "ports[1].networks[0].address: '10.0.9.2/16': overlaps the network 10.0.0.0/24 in line "
            "4; correct the length of one of them");
}

// Goal: what the kernel's silence can compare with is said here, and not by a failed start.
TEST(CrossCheckPorts, LimitsTheNetworksOfAnInterface) {
  const auto with_networks = [](const char* device, unsigned count) {
    std::string networks;
    for (unsigned i = 0; i < count; ++i) {
      networks += "{vlan: " + std::to_string(i + 1) + ", address: 10." + std::to_string(i / 256) +
                  "." + std::to_string(i % 256) + ".1/24},";
    }
    return findings(with_ports({{"a", device, networks.c_str()}}));
  };
  EXPECT_TRUE(with_networks("interface:e1", 256).empty());
  EXPECT_TRUE(with_networks("0000:3b:00.0", 257).empty());
  const std::vector<std::string> all = with_networks("interface:e1", 257);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(all.front().starts_with("ports[0].networks[256]: ")) << all.front();
}

}  // namespace
}  // namespace stentor::config

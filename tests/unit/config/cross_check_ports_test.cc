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
    yaml += std::string("  - {name: ") + port.name + ", device: \"interface:" + port.device +
            "\", networks: [" + port.networks + "]}\n";
  }
  return yaml;
}

TEST(CrossCheckPorts, WantsNamesAndDevicesOnce) {
  EXPECT_EQ(finding(with_ports(
                {{"a", "e1", "{address: 10.0.0.1/24}"}, {"a", "e2", "{address: 10.1.0.1/24}"}})),
            "ports[1].name: 'a': the port in line 4 has this name; choose another");
  EXPECT_EQ(finding(with_ports(
                {{"a", "e1", "{address: 10.0.0.1/24}"}, {"b", "e1", "{address: 10.1.0.1/24}"}})),
            "ports[1].device: 'interface:e1': the port in line 4 has this device; put the networks "
            "of both into one port");
}

TEST(CrossCheckPorts, WantsAVlanOnceAPort) {
  EXPECT_EQ(finding(with_ports(
                {{"a", "e1", "{vlan: 5, address: 10.0.0.1/24}, {vlan: 5, address: 10.1.0.1/24}"}})),
            "ports[0].networks[1].vlan: '5': the network in line 4 has this VLAN; a VLAN of a port "
            "has one network");
  EXPECT_EQ(finding(with_ports({{"a", "e1", "{address: 10.0.0.1/24}, {address: 10.1.0.1/24}"}})),
            "ports[0].networks[1]: the network in line 4 is untagged too; give one of them a vlan");
  EXPECT_TRUE(findings(with_ports({{"a", "e1", "{vlan: 5, address: 10.0.0.1/24}"},
                                   {"b", "e2", "{vlan: 5, address: 10.1.0.1/24}"}}))
                  .empty());
  EXPECT_TRUE(
      findings(
          with_ports({{"a", "e1",
                       "{vlan: 5, address: 10.0.0.1/24}, {vlan: \"5.5\", address: 10.1.0.1/24}"}}))
          .empty());
}

TEST(CrossCheckPorts, WantsOurAddressesOnce) {
  EXPECT_EQ(finding(with_ports(
                {{"a", "e1", "{address: 10.0.0.1/24}"}, {"b", "e2", "{address: 10.0.0.1/24}"}})),
            "ports[1].networks[0].address: '10.0.0.1/24': the network in line 4 has this address; "
            "each network needs its own");
}

// Two cables into one segment.
TEST(CrossCheckPorts, AllowsOneNetworkOnTwoPorts) {
  EXPECT_TRUE(findings(with_ports({{"a", "e1", "{address: 10.0.0.1/24}"},
                                   {"b", "e2", "{address: 10.0.0.2/24}"}}))
                  .empty());
}

TEST(CrossCheckPorts, RefusesOtherOverlaps) {
  EXPECT_EQ(
      finding(with_ports({{"a", "e1", "{address: 10.0.0.1/24}, {vlan: 2, address: 10.0.0.2/24}"}})),
      "ports[0].networks[1].address: '10.0.0.2/24': the same network as 10.0.0.0/24 in line "
      "4; a port has it once, on one VLAN");
  EXPECT_EQ(finding(with_ports(
                {{"a", "e1", "{address: 10.0.0.1/24}"}, {"b", "e2", "{address: 10.0.9.2/16}"}})),
            "ports[1].networks[0].address: '10.0.9.2/16': overlaps the network 10.0.0.0/24 in line "
            "4; correct the length of one of them");
}

}  // namespace
}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
// Goal: ports and networks: devices, VLANs, addresses.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string with_device(const std::string& device) {
  return "images: {root: /i}\nports: [{name: a, device: " + device +
         ", networks: [{address: 10.0.0.1/24, dhcp: none}]}]\n";
}

std::string with_network(const std::string& network) {
  return "images: {root: /i}\ndhcp: {mode: proxy}\nports: [{name: a, device: \"vdev:net_null0\", "
         "networks: [{" +
         network + "}]}]\n";
}

bool refused(const std::string& yaml) { return finding(yaml).starts_with("ports[0]."); }

TEST(SectionPorts, AcceptsEveryKindOfDevice) {
  for (const char* device :
       {"0000:3b:00.0", "\"0000:3B:00.7\"", "3b:00.0", "interface:eth1",
        "\"interface:enp1s0f0.100\"", "\"vdev:net_vhost0,iface=/run/a.sock,queues=1\"",
        "\"vdev:net_ring0\""}) {
    EXPECT_TRUE(findings(with_device(device)).empty()) << device;
  }
}

TEST(SectionPorts, RefusesOtherDevices) {
  for (const char* device :
       {"\"\"", "\"interface:\"", "interface:a/b", "interface:0123456789abcdef", "\"vdev:\"",
        "\"vdev:,a=b\"", "0000:3b:00.8", "3b:00", "\"eth1,x\""}) {
    EXPECT_TRUE(refused(with_device(device))) << device;
  }
}

TEST(SectionPorts, SaysHowADeviceIsWritten) {
  EXPECT_NE(finding(with_device("eth1")).find("write interface:eth1"), std::string::npos);
}

TEST(SectionPorts, ReadsANetwork) {
  const Settings settings = settings_of(
      with_network("vlan: 120.7, address: 10.0.0.2/16, gateway: 10.0.0.1, mtu: 9000, dhcp: none"));
  const Network& network = settings.ports.at(0).networks.at(0);
  EXPECT_EQ(network.vlan, (wire::VlanPath{120, 7}));
  EXPECT_EQ(network.address.address, wire::Ipv4Address{0x0a000002});
  EXPECT_EQ(network.address.length, 16);
  EXPECT_EQ(network.gateway, wire::Ipv4Address{0x0a000001});
  EXPECT_EQ(network.mtu, 9000);
  EXPECT_EQ(network.dhcp, DhcpMode::none);
}

TEST(SectionPorts, LeavesANetworksModeToDhcp) {
  const Settings settings = settings_of(with_network("address: 10.0.0.2/16, gateway: none"));
  const Network& network = settings.ports.at(0).networks.at(0);
  EXPECT_EQ(network.dhcp, DhcpMode::proxy);
  EXPECT_EQ(network.vlan, wire::VlanPath{});
  EXPECT_EQ(network.mtu, 1500);
  EXPECT_FALSE(network.gateway);
  EXPECT_FALSE(settings.ports.at(0).queues);
}

TEST(SectionPorts, RefusesVlansThatCannotBe) {
  for (const char* vlan : {"0", "4095", "1.0", "1.4095", "1.2.3", "\"\"", "a", "01", "-1"}) {
    EXPECT_TRUE(refused(with_network("address: 10.0.0.2/16, vlan: " + std::string(vlan)))) << vlan;
  }
}

TEST(SectionPorts, RefusesAddressesThatAreNoMachines) {
  for (const char* address : {"10.0.0.0/16", "10.0.255.255/16", "10.0.0.1", "10.0.0.1/0",
                              "10.0.0.1/33", "127.0.0.1/8", "224.0.0.1/4", "10.0.0.1/"}) {
    EXPECT_TRUE(refused(with_network("address: " + std::string(address)))) << address;
  }
  // RFC 3021: a network of two has no broadcast address.
  EXPECT_TRUE(findings(with_network("address: 10.0.0.0/31")).empty());
}

TEST(SectionPorts, WantsTheGatewayInTheNetwork) {
  for (const char* gateway : {"10.1.0.1", "10.0.0.2", "10.0.0.0", "10.0.255.255", "router"}) {
    EXPECT_TRUE(refused(with_network("address: 10.0.0.2/16, gateway: " + std::string(gateway))))
        << gateway;
  }
}

TEST(SectionPorts, BoundsQueuesAndMtu) {
  EXPECT_TRUE(refused(with_network("address: 10.0.0.2/16, mtu: 575")));
  EXPECT_FALSE(refused(with_network("address: 10.0.0.2/16, mtu: 576")));
  EXPECT_TRUE(refused(with_network("address: 10.0.0.2/16, mtu: 65536")));
  std::string yaml = with_network("address: 10.0.0.2/16");
  yaml.replace(yaml.find("name: a"), 7, "name: a, queues: 17");
  EXPECT_TRUE(refused(yaml));
}

TEST(SectionPorts, NeedsAPortAndANetwork) {
  EXPECT_EQ(finding("images: {root: /i}\n"),
            "the key 'ports' is missing; expected a list of network ports, 1 to 16");
  EXPECT_EQ(finding("images: {root: /i}\nports: []\n"),
            "ports: the list is empty; expected a list of network ports, 1 to 16");
  EXPECT_EQ(finding("images: {root: /i}\nports: [{name: a, device: interface:b, networks: []}]\n"),
            "ports[0].networks: the list is empty; expected a list of networks, at least one");
}

}  // namespace
}  // namespace stentor::config

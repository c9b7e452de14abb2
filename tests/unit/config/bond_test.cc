// SPDX-License-Identifier: BSD-3-Clause
// Goal: several devices are one port by a bond that is named, of devices that DPDK can bond.
#include <gtest/gtest.h>

#include "sample.h"

namespace stentor::config {
namespace {

std::string bonded(const std::string& port) {
  return "images: {root: /i}\ndhcp: {mode: proxy}\nports:\n  - {name: a, networks: [{address: "
         "10.0.0.1/24}], " +
         port + "}\n";
}

DeviceSpec device_of(const std::string& port) {
  const auto settings = settings_of(bonded(port));
  return settings.ports.at(0).device;
}

constexpr const char* kTwo = "device: [\"3B:00.0\", \"vdev:net_af_packet0,iface=e1\"]";

TEST(Bond, IsOfItsDevices) {
  const DeviceSpec bond = device_of(std::string(kTwo) + ", bond: lacp");
  EXPECT_EQ(bond.kind, DeviceKind::bond);
  EXPECT_EQ(bond.mode, BondMode::lacp);
  EXPECT_EQ(bond.text, "3B:00.0 + vdev:net_af_packet0,iface=e1");
  ASSERT_EQ(bond.members.size(), 2u);
  EXPECT_EQ(bond.members[0].name, "0000:3b:00.0");
  EXPECT_EQ(bond.members[1].name, "net_af_packet0");
  EXPECT_EQ(bond.devices().size(), 2u);
  EXPECT_EQ(device_of(std::string(kTwo) + ", bond: active-backup").mode, BondMode::active_backup);
  const DeviceSpec single = device_of("device: \"3b:00.0\"");
  EXPECT_EQ(single.devices().size(), 1u);
  EXPECT_EQ(single.devices()[0].name, single.name);
}

TEST(Bond, IsNamed) {
  EXPECT_EQ(finding(bonded(kTwo)),
            "ports[0].device: several devices are one port by a bond: add `bond: lacp`, or `bond: "
            "active-backup` where the switch knows nothing of it");
  EXPECT_EQ(finding(bonded("device: \"3b:00.0\", bond: lacp")),
            "ports[0].bond: 'lacp': a bond is of several devices: make device a list");
  EXPECT_EQ(finding(bonded(std::string(kTwo) + ", bond: both")).find("ports[0].bond: 'both': "),
            0u);
}

TEST(Bond, IsOfWhatCanBeBonded) {
  const auto fault = [](const std::string& devices) {
    return finding(bonded("bond: lacp, device: [" + devices + "]"));
  };
  EXPECT_NE(fault("\"3b:00.0\"").find("a bond has two devices at least"), std::string::npos);
  EXPECT_NE(fault("").find("a bond has two devices at least"), std::string::npos);
  EXPECT_NE(fault("\"3b:00.0\", \"interface:e1\"").find("name the bond: interface:bond0"),
            std::string::npos);
  EXPECT_EQ(fault("\"3b:00.0\", nothing").find("ports[0].device[1]: "), 0u);
  EXPECT_EQ(fault("\"3b:00.0\", \"0000:3b:00.0\""),
            "ports[0].device: 0000:3b:00.0 clashes with another device of the bond");
}

TEST(Bond, TakesItsDevicesFromOtherPorts) {
  const auto all = findings(bonded(std::string(kTwo) + ", bond: lacp") +
                            "  - {name: b, device: \"3b:00.0\", networks: [{address: "
                            "10.1.0.1/24}]}\n");
  ASSERT_EQ(all.size(), 1u);
  EXPECT_NE(all[0].find("the port in line 4 has this device"), std::string::npos) << all[0];
}

}  // namespace
}  // namespace stentor::config

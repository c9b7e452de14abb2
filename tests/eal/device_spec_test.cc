// SPDX-License-Identifier: BSD-3-Clause
// Goal: each form of `device` is understood as written, and what is none says what one looks like.
#include "dpdk/device_spec.h"

#include <gtest/gtest.h>

#include "dpdk/device_facts.h"
#include "running_eal.h"

namespace stentor::dpdk {
namespace {

TEST(DeviceSpec, TakesAPciAddressWithAndWithoutItsDomain) {
  EXPECT_EQ(device("0000:3B:00.0").name, "0000:3b:00.0");
  EXPECT_EQ(device("3b:00.1").name, "0000:3b:00.1");
  EXPECT_EQ(device("3b:00.1").kind, DeviceKind::pci);
}

TEST(DeviceSpec, TakesAnInterface) {
  EXPECT_EQ(device("interface:eth1").kind, DeviceKind::interface);
  EXPECT_EQ(device("interface:eth1").name, "eth1");
}

TEST(DeviceSpec, TakesAVirtualDeviceWithArguments) {
  const DeviceSpec spec = device("vdev:net_vhost0,iface=/run/x.sock,queues=2");
  EXPECT_EQ(spec.name, "net_vhost0");
  EXPECT_EQ(spec.argument("iface"), "/run/x.sock");
  EXPECT_EQ(spec.argument("queues"), "2");
  EXPECT_EQ(spec.argument("queue"), "");
}

TEST(DeviceSpec, RefusesWhatIsNoDevice) {
  for (const char* text : {"", "eth1", "interface:", "interface:a/b", "interface:sixteenletters00",
                           "vdev:", "vdev:crypto_null0", "0000:3b:00", "0000:3b:00.9", "3g:00.0"}) {
    const auto spec = DeviceSpec::parse(text);
    ASSERT_FALSE(spec.has_value()) << text;
    EXPECT_NE(spec.error().sentence.find("a PCI address (0000:3b:00.0)"), std::string::npos);
  }
}

TEST(Inspect, CountsTheQueuesThatTheArgumentsGive) {
  EXPECT_EQ(inspect(device("vdev:net_vhost0,iface=/x"), {})->queues, 1u);
  EXPECT_EQ(inspect(device("vdev:net_vhost0,iface=/x,queues=4"), {})->queues, 4u);
  EXPECT_EQ(inspect(device("vdev:net_vhost0,iface=/x,queues=4"), 2)->queues, 2u);
  EXPECT_EQ(inspect(device("vdev:net_vhost0,iface=/x"), 3)->queues, 3u);
}

TEST(Inspect, RefusesMoreQueuesThanThereAre) {
  const auto facts = inspect(device("vdev:net_vhost0,iface=/x,queues=4"), 5);
  ASSERT_FALSE(facts.has_value());
  EXPECT_NE(facts.error().sentence.find("1 to 4 queues, not 5"), std::string::npos);
  EXPECT_FALSE(inspect(device("vdev:net_null0"), 0).has_value());
}

TEST(Inspect, SaysThatAPciDeviceIsMissing) {
  const auto facts = inspect(device("fffe:1f:1e.7"), {});
  ASSERT_FALSE(facts.has_value());
  EXPECT_NE(facts.error().sentence.find("lspci"), std::string::npos);
}

}  // namespace
}  // namespace stentor::dpdk

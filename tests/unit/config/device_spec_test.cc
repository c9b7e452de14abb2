// SPDX-License-Identifier: BSD-3-Clause
// Goal: each form of `device` is understood as written, a device has one name however it is
// spelled, and what is none is refused.
#include "config/device_spec.h"

#include <gtest/gtest.h>
#include <vector>

namespace stentor::config {
namespace {

DeviceSpec device(std::string_view text) {
  auto spec = DeviceSpec::parse(text);
  if (spec) return *std::move(spec);
  ADD_FAILURE() << text << ": " << spec.error();
  return {};
}

TEST(DeviceSpec, GivesAPciAddressOneName) {
  for (const char* text : {"0000:3b:0a.1", "0000:3B:0A.1", "3b:0a.1", "3B:0a.1"}) {
    EXPECT_EQ(device(text).name, "0000:3b:0a.1") << text;
    EXPECT_EQ(device(text).kind, DeviceKind::pci) << text;
    EXPECT_EQ(device(text).text, text);
  }
  EXPECT_EQ(device("00a1:3b:00.7").name, "00a1:3b:00.7");
}

TEST(DeviceSpec, TakesAnInterface) {
  for (const char* name : {"eth1", "enp1s0f0.100", "a-b_c@d", "fifteen_letters"}) {
    const DeviceSpec spec = device(std::string("interface:") + name);
    EXPECT_EQ(spec.kind, DeviceKind::interface);
    EXPECT_EQ(spec.name, name);
  }
}

TEST(DeviceSpec, TakesAVirtualDeviceWithArguments) {
  const DeviceSpec spec = device("vdev:net_vhost0,iface=/run/x.sock,queues=2");
  EXPECT_EQ(spec.kind, DeviceKind::vdev);
  EXPECT_EQ(spec.name, "net_vhost0");
  EXPECT_EQ(spec.arguments, "iface=/run/x.sock,queues=2");
  EXPECT_EQ(spec.argument("iface"), "/run/x.sock");
  EXPECT_EQ(spec.argument("queues"), "2");
  EXPECT_EQ(spec.argument("queue"), "");
  EXPECT_EQ(device("vdev:net_null0").arguments, "");
}

TEST(DeviceSpec, RefusesWhatIsNoDevice) {
  const std::vector<std::string> texts = {"",
                                          "eth1",
                                          "eth1,x",
                                          "interface:",
                                          "interface:.",
                                          "interface:..",
                                          "interface:a/b",
                                          "interface:a:b",
                                          "interface:a,b",
                                          "interface:a b",
                                          "interface:a\x7f",
                                          "interface:sixteenletters00",
                                          "vdev:",
                                          "vdev:,a=b",
                                          "vdev:net-null",
                                          "vdev:" + std::string(64, 'v'),
                                          "0000:3b:00",
                                          "0000:3b:00.8",
                                          "3b:00",
                                          "3g:00.0",
                                          "00:3b:00.0",
                                          "0000.3b:00.0"};
  for (const std::string& text : texts) EXPECT_FALSE(DeviceSpec::parse(text)) << text;
}

TEST(DeviceSpec, GuessesWhatWasMeant) {
  EXPECT_EQ(DeviceSpec::parse("eth1").error(), "for a network interface, write interface:eth1");
  EXPECT_EQ(DeviceSpec::parse("iface=/run/a").error(), "");
  EXPECT_EQ(DeviceSpec::parse("net_null0,a").error(), "");
}

}  // namespace
}  // namespace stentor::config

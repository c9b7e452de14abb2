// SPDX-License-Identifier: BSD-3-Clause
// Goal: an interface is found by each of its names, and known by the one that the kernel has.
#include "dpdk/interface_link.h"

#include <gtest/gtest.h>
#include <net/if.h>
#include <net/if_arp.h>

#include "veth.h"

namespace stentor::dpdk {
namespace {

TEST(InterfaceLink, IsFoundByEveryName) {
  Veth veth("link0", 4321);
  const std::string longest(127, 'n');
  run("ip link property add dev link0 altname ens0 altname " + longest);
  run("ip link set link0 address 02:00:00:00:00:33");
  for (const std::string& name : {std::string("link0"), std::string("ens0"), longest}) {
    const auto link = find_interface(name);
    ASSERT_TRUE(link.has_value()) << link.error().sentence;
    EXPECT_EQ(link->name, "link0");
    EXPECT_EQ(link->index, if_nametoindex("link0"));
    EXPECT_EQ(link->mtu, 4321u);
    EXPECT_EQ(link->type, unsigned{ARPHRD_ETHER});
    EXPECT_EQ(link->mac, (wire::MacAddress{{2, 0, 0, 0, 0, 0x33}}));
  }
}

TEST(InterfaceLink, SaysThatThereIsNone) {
  for (const std::string& name :
       {std::string(), std::string("nosuch0"),
        std::string("a name that no interface of any host has"), std::string(127, 'x'),
        std::string(128, 'x'), std::string(5000, 'x')}) {
    const auto link = find_interface(name);
    ASSERT_FALSE(link.has_value()) << name;
    EXPECT_EQ(link.error().sentence, "There is no interface `" + name + "`: `ip link` lists them.");
  }
}

}  // namespace
}  // namespace stentor::dpdk

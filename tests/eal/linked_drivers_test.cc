// SPDX-License-Identifier: BSD-3-Clause
// Goal: DPDK brings the drivers of drivers-config and no crypto driver: none is linked in, and none
// is loaded from the system's plugin folder.
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <rte_ethdev.h>
#include <set>
#include <string>

#include "dpdk/profile.h"

namespace stentor::dpdk {
namespace {

// Each driver leaves a line of JSON in the program: PMD_INFO_STRING= {"name": "net_null", ...}
std::set<std::string> linked_drivers() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  const std::string program(std::istreambuf_iterator<char>(file), {});
  const std::string mark = std::string("PMD_INFO_STRING= ") + "{\"name\": \"";
  std::set<std::string> names;
  for (std::size_t at = program.find(mark); at != std::string::npos;
       at = program.find(mark, at + 1)) {
    const std::size_t begin = at + mark.size();
    names.insert(program.substr(begin, program.find('"', begin) - begin));
  }
  return names;
}

bool is_crypto(const std::string& text) {
  return text.find("crypto_") != std::string::npos ||
         text.find("librte_crypto_") != std::string::npos;
}

TEST(LinkedDrivers, HoldWhatTheProfilesName) {
  const auto linked = linked_drivers();
  for (const char* name : {"net_null", "net_ring", "net_vhost", "net_memif", "net_tap",
                           "net_af_packet", "net_af_xdp", "net_virtio_user"}) {
    EXPECT_TRUE(linked.contains(name)) << name;
  }
}

TEST(LinkedDrivers, HoldNoCryptoDriver) {
  for (const std::string& name : linked_drivers()) EXPECT_FALSE(is_crypto(name)) << name;
}

TEST(ProcessMap, HoldsNoCryptoDriverAndNoDpdkLibrary) {
  std::ifstream map("/proc/self/maps");
  std::string line;
  while (std::getline(map, line)) {
    EXPECT_FALSE(is_crypto(line)) << line;
    EXPECT_EQ(line.find("librte_"), std::string::npos) << line;
  }
}

TEST(Profile, IsFoundByDriverPciNumberAndTheLongestPrefix) {
  ASSERT_NE(find_profile_by_driver("net_virtio_user"), nullptr);
  EXPECT_EQ(find_profile_by_driver("net_virtio_user")->name, "virtio");
  EXPECT_EQ(find_profile_by_vdev("net_virtio_user0")->name, "virtio");
  EXPECT_EQ(find_profile_by_vdev("net_vhost3")->name, "vhost");
  EXPECT_EQ(find_profile_by_pci("1af4:1041")->name, "virtio");
  EXPECT_EQ(find_profile_by_vdev("crypto_aesni_mb0"), nullptr);
}

TEST(Profile, NeverChainsFramesOnAfXdp) {
  EXPECT_FALSE(find_profile_by_driver("net_af_xdp")->segments);
}

}  // namespace
}  // namespace stentor::dpdk

// SPDX-License-Identifier: BSD-3-Clause
// Goal: an interface has one claim at a time, whatever it is called, and none outlives its holder.
#include "dpdk/interface_claim.h"

#include <cerrno>
#include <cstring>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace stentor::dpdk {
namespace {

bool refused(const std::string& interface) {
  const auto claim = InterfaceClaim::make(interface);
  return !claim && claim.error().sentence.find("another stentord") != std::string::npos;
}

// netdevice(7); the interface is down.
void rename(const char* from, const char* to) {
  ifreq request{};
  std::strcpy(request.ifr_name, from);
  std::strcpy(request.ifr_newname, to);
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::ioctl(fd, SIOCSIFNAME, &request), 0) << std::strerror(errno);
  ::close(fd);
}

// Each test in a network namespace of its own: its interface is nobody else's.
class InterfaceClaimTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "needs the right to make a network namespace";
  }
};

TEST_F(InterfaceClaimTest, IsHeldOnceAndGoesWithItsHolder) {
  auto first = InterfaceClaim::make("lo");
  ASSERT_TRUE(first.has_value()) << first.error().sentence;
  EXPECT_TRUE(refused("lo"));
  {
    const InterfaceClaim moved = *std::move(first);
    EXPECT_TRUE(refused("lo"));
  }
  EXPECT_TRUE(InterfaceClaim::make("lo").has_value());
}

TEST_F(InterfaceClaimTest, StaysWithAnInterfaceThatIsRenamed) {
  const auto claim = InterfaceClaim::make("lo");
  ASSERT_TRUE(claim.has_value());
  rename("lo", "renamed");
  EXPECT_TRUE(refused("renamed"));
}

TEST_F(InterfaceClaimTest, IsNotGivenForAnInterfaceThatIsNotThere) {
  const auto claim = InterfaceClaim::make("nosuch0");
  ASSERT_FALSE(claim.has_value());
  EXPECT_NE(claim.error().sentence.find("no interface `nosuch0`"), std::string::npos);
}

}  // namespace
}  // namespace stentor::dpdk

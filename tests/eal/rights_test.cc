// SPDX-License-Identifier: BSD-3-Clause
// Goal: the rights that a process lacks are named, those it has are not.
#include "dpdk/rights.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stentor::dpdk {
namespace {

// What missing_rights() says in a process with these capabilities alone, if it may have them.
std::string missing_with(std::uint64_t capabilities, std::initializer_list<Right> needed) {
  int pipe[2];
  EXPECT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2] = {};
    for (int word = 0; word < 2; ++word) {
      const auto bits = static_cast<std::uint32_t>(capabilities >> (32 * word));
      data[word].effective = data[word].permitted = bits;
    }
    const bool set = ::syscall(SYS_capset, &header, data) == 0;
    const std::string said = set ? missing_rights(needed) : "not set";
    const ssize_t written = ::write(pipe[1], said.data(), said.size());
    ::_exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
  }
  ::close(pipe[1]);
  char text[256];
  const ssize_t length = ::read(pipe[0], text, sizeof text);
  ::close(pipe[0]);
  ::waitpid(child, nullptr, 0);
  return {text, static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

constexpr std::uint64_t bit(unsigned capability) { return std::uint64_t{1} << capability; }
constexpr std::initializer_list<Right> kAll = {Right::network_admin, Right::raw_sockets,
                                               Right::programs};

TEST(Rights, ThatAreMissingAreNamed) {
  EXPECT_EQ(missing_with(0, kAll), "CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF");
  EXPECT_EQ(missing_with(0, {Right::raw_sockets}), "CAP_NET_RAW");
}

TEST(Rights, ThatAreHeldAreNot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs rights to give some of them up";
  EXPECT_EQ(missing_with(bit(CAP_NET_ADMIN), kAll), "CAP_NET_RAW, CAP_BPF");
  EXPECT_EQ(missing_with(bit(CAP_NET_RAW), kAll), "CAP_NET_ADMIN, CAP_BPF");
  EXPECT_EQ(missing_with(bit(CAP_BPF) | bit(CAP_NET_RAW), kAll), "CAP_NET_ADMIN");
  EXPECT_EQ(missing_with(bit(CAP_NET_ADMIN) | bit(CAP_NET_RAW) | bit(CAP_BPF), kAll), "");
  // capabilities(7): what CAP_BPF allows, CAP_SYS_ADMIN does.
  EXPECT_EQ(missing_with(bit(CAP_SYS_ADMIN), {Right::programs}), "");
}

}  // namespace
}  // namespace stentor::dpdk

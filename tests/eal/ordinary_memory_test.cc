// SPDX-License-Identifier: BSD-3-Clause
// Goal: memory that cannot be had is refused before it is asked for, with who wants it.
#include "dpdk/ordinary_memory.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stentor::dpdk {
namespace {

TEST(OrdinaryMemory, IsWhatTheKernelCallsAvailable) {
  const std::string root = testing::TempDir() + "stentor_proc_" + std::to_string(::getpid());
  std::filesystem::create_directory(root);
  EXPECT_EQ(available_memory(root), UINT64_MAX) << "nothing said, nothing refused";
  std::ofstream(root + "/meminfo") << "MemTotal:       24000000 kB\nMemFree:  1 kB\n"
                                      "MemAvailable:    2048 kB\nBuffers: 3 kB\n";
  EXPECT_EQ(available_memory(root), 2048u << 10);
  std::filesystem::remove_all(root);
}

TEST(OrdinaryMemory, EndsWithTheProcesssAddressSpace) {
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr rlim_t kBytes = std::uint64_t{1} << 40;
    const rlimit limit{kBytes, kBytes};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(2);
    // So much is used already that the host's memory is not the nearer end.
    const rlimit less{1, kBytes};
    if (::setrlimit(RLIMIT_AS, &less) != 0) ::_exit(3);
    ::_exit(available_memory() == 0 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(OrdinaryMemory, ThatIsMissingIsASentence) {
  EXPECT_EQ(memory_shortage(300u << 20, 300u << 20, ""), "");
  EXPECT_EQ(memory_shortage((200u << 20) + 5, 300u << 20, "images 290 MiB"),
            "300 MiB of memory are needed (images 290 MiB), and 200 MiB are available: take files "
            "out of the image root, or give this process more memory.");
  EXPECT_EQ(memory_shortage(1u << 20, 2u << 20, ""),
            "2 MiB of memory are needed, and 1 MiB are available: give this process more memory.");
}

}  // namespace
}  // namespace stentor::dpdk

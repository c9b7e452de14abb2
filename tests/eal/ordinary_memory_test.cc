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

void write(const std::string& path, const std::string& text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path) << text;
}

std::string folder_of(const char* name) {
  return testing::TempDir() + "stentor_" + name + "_" + std::to_string(::getpid());
}

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

TEST(OrdinaryMemory, IsWhatTheKernelCallsAvailable) {
  const std::string root = folder_of("proc");
  std::filesystem::create_directory(root);
  EXPECT_EQ(available_memory(root), UINT64_MAX) << "nothing said, nothing refused";
  std::ofstream(root + "/meminfo") << "MemTotal:       24000000 kB\nMemFree:  1 kB\n"
                                      "MemAvailable:    2048 kB\nBuffers: 3 kB\n";
  EXPECT_EQ(available_memory(root), 2048u << 10);
  std::filesystem::remove_all(root);
}

// What the page cache holds of a group's files is given up for others.
TEST(OrdinaryMemory, EndsWithTheNearestLimitAlongTheControlGroupsPath) {
  const std::string root = folder_of("groups");
  const std::string tree = root + "/cgroup";
  write(root + "/meminfo", "MemAvailable:  1048576 kB\n");
  write(root + "/self/cgroup", "0::/system.slice/stentor.service\n");
  write(root + "/self/mountinfo",
        "25 1 0:5 / /proc rw - proc proc rw\n30 1 0:9 / " + tree + " rw shared:9 - cgroup2 c rw\n");
  EXPECT_EQ(available_memory(root), 1024 * kMiB) << "groups without limits";
  write(tree + "/system.slice/stentor.service/memory.max", "max\n");
  write(tree + "/system.slice/memory.max", std::to_string(100 * kMiB));
  write(tree + "/system.slice/memory.current", std::to_string(30 * kMiB));
  EXPECT_EQ(available_memory(root), 70 * kMiB) << "of the slice that the service is in";
  write(tree + "/system.slice/memory.stat", "anon 1\ninactive_file " + std::to_string(6 * kMiB) +
                                                "\nactive_file " + std::to_string(4 * kMiB) + "\n");
  EXPECT_EQ(available_memory(root), 80 * kMiB) << "the page cache is no loss";
  EXPECT_EQ(available_memory(root, 50 * kMiB), 30 * kMiB) << "what is promised is not there";
  EXPECT_EQ(available_memory(root, 90 * kMiB), 0u);
  write(tree + "/system.slice/stentor.service/memory.max", std::to_string(8 * kMiB));
  write(tree + "/system.slice/stentor.service/memory.current", std::to_string(9 * kMiB));
  EXPECT_EQ(available_memory(root), 0u) << "a limit that was lowered since";
  std::filesystem::remove_all(root);
}

TEST(OrdinaryMemory, EndsWithALimitOfTheFirstVersionsToo) {
  const std::string root = folder_of("groups1");
  const std::string tree = root + "/memory";
  write(root + "/self/cgroup", "8:pids:/\n4:cpu,memory:/docker/box\n0::/\n");
  // A container sees its own group as the root of the mount.
  write(root + "/self/mountinfo",
        "30 1 0:9 /docker/box " + tree + " rw - cgroup cgroup rw,cpu,memory\n");
  write(tree + "/memory.limit_in_bytes", std::to_string(64 * kMiB));
  write(tree + "/memory.usage_in_bytes", std::to_string(40 * kMiB));
  write(tree + "/memory.stat", "cache 1\ntotal_inactive_file " + std::to_string(kMiB) + "\n");
  EXPECT_EQ(available_memory(root), 25 * kMiB);
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

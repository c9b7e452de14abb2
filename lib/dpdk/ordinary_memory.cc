// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/ordinary_memory.h"

#include <algorithm>
#include <fstream>
#include <sys/resource.h>
#include <unistd.h>

#include "dpdk/memory_group.h"

namespace stentor::dpdk {

namespace {

// proc(5): MemAvailable counts what the kernel would give up for others, and no tmpfs.
std::uint64_t spare_bytes(const std::string& root) {
  std::ifstream file(root + "/meminfo");
  std::string name;
  std::uint64_t kibibytes = 0;
  std::string unit;
  while (file >> name >> kibibytes) {
    std::getline(file, unit);
    if (name == "MemAvailable:") return kibibytes << 10;
  }
  return UINT64_MAX;
}

// setrlimit(2), RLIMIT_AS: what a mapping beyond it is refused by, whatever the host has.
std::uint64_t address_space_left(const std::string& root) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  std::ifstream file(root + "/self/statm");
  std::uint64_t pages = 0;
  if (!(file >> pages)) return UINT64_MAX;
  const std::uint64_t used = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return limit.rlim_cur - std::min<std::uint64_t>(limit.rlim_cur, used);
}

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string((bytes + 0xfffff) >> 20) + " MiB";
}

}  // namespace

std::uint64_t available_memory(const std::string& root, std::uint64_t promised) {
  const std::uint64_t left = std::min(spare_bytes(root), memory_left_in_groups(root));
  const std::uint64_t unpromised = left == UINT64_MAX ? left : left - std::min(left, promised);
  return std::min(unpromised, address_space_left(root));
}

std::string memory_shortage(std::uint64_t bytes_available, std::uint64_t bytes_needed,
                            const std::string& holders) {
  if (bytes_available >= bytes_needed) return {};
  return mebibytes(bytes_needed) + " of memory are needed" +
         (holders.empty() ? "" : " (" + holders + ")") + ", and " +
         std::to_string(bytes_available >> 20) +
         " MiB are available: " + (holders.empty() ? "" : "take files out of the image root, or ") +
         "give this process more memory.";
}

}  // namespace stentor::dpdk

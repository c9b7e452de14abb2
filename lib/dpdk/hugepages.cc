// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/hugepages.h"

#include <charconv>
#include <filesystem>
#include <fstream>

namespace stentor::dpdk {

namespace {

std::uint64_t read_number(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  return file >> number ? number : 0;
}

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string((bytes + 0xfffff) >> 20) + " MiB";
}

}  // namespace

Hugepages read_hugepages(const std::string& root) {
  Hugepages found;
  std::uint64_t smallest = 0;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(root + "/kernel/mm/hugepages", error)) {
    // "hugepages-2048kB"
    const std::string name = entry.path().filename();
    const std::size_t dash = name.find('-');
    std::uint64_t kibibytes = 0;
    if (dash == std::string::npos) continue;
    std::from_chars(name.data() + dash + 1, name.data() + name.size(), kibibytes);
    const std::uint64_t page = kibibytes << 10;
    const std::uint64_t total = read_number(entry.path() / "nr_hugepages");
    if (total == 0 || page == 0) continue;
    found.reserved_bytes += total * page;
    found.free_bytes += read_number(entry.path() / "free_hugepages") * page;
    if (smallest == 0 || page < smallest) smallest = page;
  }
  if (smallest != 0) found.page_bytes = smallest;
  return found;
}

std::string hugepage_shortage(const Hugepages& have, std::uint64_t bytes_needed,
                              const std::string& holders) {
  if (have.free_bytes >= bytes_needed && have.free_bytes != 0) return {};
  const std::uint64_t missing = bytes_needed - std::min(have.free_bytes, bytes_needed);
  const std::uint64_t pages =
      (have.reserved_bytes + missing + have.page_bytes - 1) / have.page_bytes;
  const std::string who = holders.empty() ? "" : " (" + holders + ")";
  const std::string what =
      have.reserved_bytes == 0
          ? "No hugepages are reserved, and " + mebibytes(bytes_needed) + " are needed" + who
          : mebibytes(bytes_needed) + " of hugepages are needed" + who + ", and only " +
                mebibytes(have.free_bytes) + " are free";
  return what + ": reserve them with `sysctl vm.nr_hugepages=" + std::to_string(pages) +
         "`, or run without (slower): `workers.hugepages: none`, or --hugepages none.";
}

}  // namespace stentor::dpdk

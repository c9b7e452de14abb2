// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/memory_group.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

namespace stentor::dpdk {

namespace {

// The same words in the two versions of control groups.
struct Version {
  std::string_view file_system;
  std::string_view limit;
  std::string_view usage;
  std::array<std::string_view, 2> cache;  // in memory.stat
};

constexpr Version kFirst{"cgroup",
                         "memory.limit_in_bytes",
                         "memory.usage_in_bytes",
                         {"total_inactive_file", "total_active_file"}};
constexpr Version kSecond{
    "cgroup2", "memory.max", "memory.current", {"inactive_file", "active_file"}};

// Whether `word` is one of `list`, which commas divide.
bool names(const std::string& list, std::string_view word) {
  std::istringstream words(list);
  for (std::string each; std::getline(words, each, ',');) {
    if (each == word) return true;
  }
  return false;
}

// This process's group: /proc/PID/cgroup, "4:cpu,memory:/path", the second version's "0::/path".
std::string group_of(const std::string& root, const Version& version) {
  std::ifstream file(root + "/self/cgroup");
  std::string hierarchy, controllers, path;
  while (std::getline(file, hierarchy, ':') && std::getline(file, controllers, ':') &&
         std::getline(file, path)) {
    if (&version == &kSecond ? hierarchy == "0" && controllers.empty()
                             : names(controllers, "memory")) {
      return path;
    }
  }
  return {};
}

struct Mount {
  std::string root;  // the group that is seen at `point`
  std::string point;
};

// proc(5), mountinfo: id, parent, device, root, point, options, tags, "-", type, source, options.
Mount mount_of(const std::string& root, const Version& version) {
  std::ifstream file(root + "/self/mountinfo");
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    std::string skip, type, source, options;
    Mount mount;
    fields >> skip >> skip >> skip >> mount.root >> mount.point;
    while (fields >> skip && skip != "-") {
    }
    fields >> type >> source >> options;
    if (type != version.file_system) continue;
    if (&version == &kFirst && !names(options, "memory")) continue;
    return mount;
  }
  return {};
}

// UINT64_MAX when the file is absent, or says `max`.
std::uint64_t number_in(const std::string& path) {
  std::ifstream file(path);
  std::uint64_t number = 0;
  return file >> number ? number : UINT64_MAX;
}

std::uint64_t cache_bytes(const std::string& folder, const Version& version) {
  std::ifstream file(folder + "/memory.stat");
  std::uint64_t sum = 0;
  std::string name;
  for (std::uint64_t bytes = 0; file >> name >> bytes;) {
    if (std::ranges::find(version.cache, name) != version.cache.end()) sum += bytes;
  }
  return sum;
}

std::uint64_t left_in(const std::string& folder, const Version& version) {
  const std::uint64_t limit = number_in(folder + "/" + std::string(version.limit));
  const std::uint64_t usage = number_in(folder + "/" + std::string(version.usage));
  if (limit == UINT64_MAX || usage == UINT64_MAX) return limit;
  const std::uint64_t used = usage - std::min(usage, cache_bytes(folder, version));
  return limit - std::min(limit, used);
}

std::uint64_t left_along(const std::string& root, const Version& version) {
  const Mount mount = mount_of(root, version);
  std::string path = group_of(root, version);
  if (mount.point.empty() || path.empty()) return UINT64_MAX;
  // What is above the mount's root cannot be seen from here.
  if (mount.root != "/" && path.starts_with(mount.root)) path.erase(0, mount.root.size());
  std::uint64_t left = UINT64_MAX;
  for (;;) {
    while (path.ends_with('/')) path.pop_back();
    left = std::min(left, left_in(mount.point + path, version));
    if (path.empty()) return left;
    path.resize(path.find_last_of('/') == path.npos ? 0 : path.find_last_of('/'));
  }
}

}  // namespace

std::uint64_t memory_left_in_groups(const std::string& root) {
  return std::min(left_along(root, kFirst), left_along(root, kSecond));
}

}  // namespace stentor::dpdk

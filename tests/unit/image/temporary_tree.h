// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A folder of files for one test, removed at its end; and what tests of images ask of a machine.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace stentor::image {

class TemporaryTree {
 public:
  TemporaryTree() {
    std::string name = std::filesystem::temp_directory_path() / "stentor-image-XXXXXX";
    root_ = ::mkdtemp(name.data());
    ::chmod(root_.c_str(), 0755);
  }
  TemporaryTree(const TemporaryTree&) = delete;
  TemporaryTree& operator=(const TemporaryTree&) = delete;
  ~TemporaryTree() { std::filesystem::remove_all(root_); }

  [[nodiscard]] const std::string& root() const { return root_; }
  [[nodiscard]] std::string at(const std::string& path) const { return root_ + "/" + path; }

  void write(const std::string& path, const std::string& bytes) const {
    std::filesystem::create_directories(std::filesystem::path(at(path)).parent_path());
    std::ofstream(at(path), std::ios::binary) << bytes;
  }
  void link(const std::string& target, const std::string& path) const {
    std::filesystem::create_symlink(target, at(path));
  }
  void folder(const std::string& path) const { std::filesystem::create_directories(at(path)); }

 private:
  std::string root_;
};

// Bytes that repeat nowhere nearby, the same in every run.
inline std::string some_bytes(std::size_t count, std::uint64_t seed = 1) {
  std::string bytes(count, '\0');
  for (char& each : bytes) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    each = static_cast<char>(seed >> 56);
  }
  return bytes;
}

// Runs `holds` as a user whom file permissions bind (root's children become nobody's), and returns
// what it returned.
inline bool holds_without_privileges(const std::function<bool()>& holds) {
  if (::geteuid() != 0) return holds();
  const pid_t child = ::fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    const bool dropped = ::setgid(kNobody) == 0 && ::setuid(kNobody) == 0;
    ::_exit(dropped && holds() ? 0 : 1);
  }
  int status = 1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

inline std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count;
}

}  // namespace stentor::image

// SPDX-License-Identifier: BSD-3-Clause
#include "store/lock_file.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>

namespace stentor::store {

namespace {

// " (process 4711)", or nothing if the holder has not said so yet.
std::string holder_of(const base::Descriptor& file) {
  std::array<char, 16> text{};
  const ssize_t length = ::pread(file.number(), text.data(), text.size(), 0);
  const std::string_view digits(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  const std::size_t end = digits.find_first_not_of("0123456789");
  if (digits.empty() || end == 0) return {};
  return " (process " + std::string(digits.substr(0, end)) + ")";
}

}  // namespace

base::Result<LockFile> LockFile::take(const std::string& path) {
  const std::string name = path + ".lock";
  base::Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) {
    return base::failure("cannot open " + name + ": " + base::system_reason(errno) +
                         ". Let stentord write the folder of its lease database.");
  }
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    return base::failure("the lease database " + path + " is in use by another stentord" +
                         holder_of(file) + ". Stop that one, or give this one another database.");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  // Only for people: a lock without a text is still a lock.
  static_cast<void>(::ftruncate(file.number(), 0) == 0 &&
                    ::pwrite(file.number(), pid.data(), pid.size(), 0) > 0);
  return LockFile(std::move(file));
}

}  // namespace stentor::store

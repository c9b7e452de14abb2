// SPDX-License-Identifier: BSD-3-Clause
#include "output_file.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/error.h"

namespace stentor::ctl {

namespace {

constexpr int kLinksMax = 40;  // as many as Linux follows, path_resolution(7)

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

mode_t usual_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

// rename() would put the file in the link's place.
std::string end_of_links(const std::string& path) {
  std::filesystem::path end = path;
  for (int links = 0; links < kLinksMax; ++links) {
    std::error_code error;
    const std::filesystem::path target = std::filesystem::read_symlink(end, error);
    if (error) break;
    end = end.parent_path() / target;
  }
  return end;
}

bool write_in_place(const std::string& path, std::string_view text) {
  const base::Descriptor file(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
  return file && write_all(file.number(), text);
}

// False with errno as it was when the first step failed.
bool write_beside_and_rename(const std::string& path, std::string_view text) {
  std::string beside = path + ".XXXXXX.tmp";
  constexpr int kSuffixBytes = 4;
  const base::Descriptor file(::mkstemps(beside.data(), kSuffixBytes));
  if (!file) return false;
  // mkstemps() makes it private; a manifest is as readable as its images.
  if (write_all(file.number(), text) && ::fchmod(file.number(), usual_mode()) == 0 &&
      ::fsync(file.number()) == 0 && ::rename(beside.c_str(), path.c_str()) == 0) {
    return true;
  }
  const int error = errno;
  ::unlink(beside.c_str());
  errno = error;
  return false;
}

bool write_where_it_belongs(const std::string& path, std::string_view text) {
  if (is_standard_output(path)) return write_all(STDOUT_FILENO, text);
  struct stat status {};
  const bool there = ::stat(path.c_str(), &status) == 0;
  if (there && !S_ISREG(status.st_mode)) return write_in_place(path, text);
  return write_beside_and_rename(end_of_links(path), text);
}

}  // namespace

bool is_standard_output(const std::string& path) {
  if (path == "-") return true;
  struct stat named {};
  struct stat standard {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(STDOUT_FILENO, &standard) == 0 &&
         named.st_dev == standard.st_dev && named.st_ino == standard.st_ino;
}

tl::expected<void, base::Error> write_output(const std::string& path, std::string_view text) {
  if (write_where_it_belongs(path, text)) return {};
  return base::failure("'" + path + "' cannot be written: " + base::system_reason(errno) + ".");
}

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#include "report_file.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace stentor::rig {
namespace {

namespace fs = std::filesystem;

std::string without_links(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? path : whole.string();
}

tl::unexpected<base::Error> cannot_write(const std::string& path, int error) {
  return base::failure(fmt::format(
      "the report {} cannot be written ({}); name a file in a folder that is there, and may be "
      "written into",
      path, base::system_reason(error)));
}

}  // namespace

ReportFile::~ReportFile() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

base::Result<void> ReportFile::open(const std::string& path, Write writer) {
  if (path.empty()) return {};
  struct stat status {};
  const bool is_there = ::stat(path.c_str(), &status) == 0;
  // A FIFO would be waited for until somebody reads it.
  if (is_there && !S_ISREG(status.st_mode)) {
    return base::failure(fmt::format(
        "the report {} cannot be written: what is there is no regular file; name another", path));
  }
  if (is_there && ::access(path.c_str(), W_OK) != 0) return cannot_write(path, errno);
  path_ = path;
  target_ = without_links(path);
  write_ = writer;
  const std::string beside = fmt::format("{}.{}.part", target_, ::getpid());
  errno = 0;
  out_.open(beside, std::ios::binary | std::ios::trunc);
  if (!out_) return cannot_write(path, errno);
  beside_ = beside;
  if (is_there && ::chmod(beside.c_str(), status.st_mode & 07777) != 0) {
    return cannot_write(path, errno);
  }
  return {};
}

base::Result<void> ReportFile::write(const ReportInput& input) {
  if (path_.empty()) return {};
  errno = 0;
  write_(out_, input);
  out_.close();
  if (!out_) {
    return base::failure(fmt::format("the report {} is incomplete ({}); is the disk full?", path_,
                                     base::system_reason(errno)));
  }
  const std::string written = std::exchange(beside_, {});
  if (std::rename(written.c_str(), target_.c_str()) != 0) {
    return base::failure(fmt::format("the report {} could not take its place ({}); it is in {}",
                                     path_, base::system_reason(errno), written));
  }
  return {};
}

bool name_one_file(const std::string& one, const std::string& other) {
  std::error_code error;
  return fs::equivalent(one, other, error) || without_links(one) == without_links(other);
}

}  // namespace stentor::rig

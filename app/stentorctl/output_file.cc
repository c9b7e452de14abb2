// SPDX-License-Identifier: BSD-3-Clause
#include "output_file.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "base/descriptor.h"
#include "base/error.h"

namespace stentor::ctl {

namespace {

constexpr int kLinksMax = 40;  // as many as Linux follows, path_resolution(7)

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

}  // namespace

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool is_standard_output(const std::string& path) {
  if (path == "-") return true;
  struct stat named {};
  struct stat standard {};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(STDOUT_FILENO, &standard) == 0 &&
         named.st_dev == standard.st_dev && named.st_ino == standard.st_ino;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      beside_(std::exchange(other.beside_, {})),
      end_(std::move(other.end_)),
      file_(std::move(other.file_)) {}

OutputFile::~OutputFile() {
  if (!beside_.empty()) ::unlink(beside_.c_str());
}

// Of the call before it, with errno as that left it.
base::Result<void> OutputFile::outcome(bool done) const {
  if (done) return {};
  return base::failure("'" + path_ + "' cannot be written: " + base::system_reason(errno) + ".");
}

bool OutputFile::open_beside() {
  end_ = end_of_links(path_);
  std::string beside = end_ + ".XXXXXX.tmp";
  constexpr int kSuffixBytes = 4;
  file_ = base::Descriptor(::mkstemps(beside.data(), kSuffixBytes));
  if (file_) beside_ = beside;
  return static_cast<bool>(file_);
}

base::Result<OutputFile> OutputFile::open(const std::string& path) {
  OutputFile output(path);
  if (is_standard_output(path)) return output;
  struct stat status {};
  bool is_open = false;
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    output.file_ = base::Descriptor(::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
    is_open = static_cast<bool>(output.file_);
  } else {
    is_open = output.open_beside();
  }
  if (auto opened = output.outcome(is_open); !opened) return tl::unexpected(opened.error());
  return output;
}

base::Result<void> OutputFile::write(std::string_view text) {
  return outcome(write_all(file_ ? file_.number() : STDOUT_FILENO, text));
}

base::Result<void> OutputFile::finish() {
  if (beside_.empty()) return {};
  // mkstemps() makes it private; a manifest is as readable as its images.
  const bool done = ::fchmod(file_.number(), usual_mode()) == 0 && ::fsync(file_.number()) == 0 &&
                    ::rename(beside_.c_str(), end_.c_str()) == 0;
  if (done) beside_.clear();
  return outcome(done);
}

tl::expected<void, base::Error> write_output(const std::string& path, std::string_view text) {
  auto output = OutputFile::open(path);
  if (!output) return tl::unexpected(output.error());
  if (auto written = output->write(text); !written) return written;
  return output->finish();
}

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#include "output_file.h"

#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "image/descriptor.h"

namespace stentor::ctl {

namespace {

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

}  // namespace

tl::expected<void, base::Error> write_output(const std::string& path, std::string_view text) {
  const auto failed = [&] {
    return base::failure("'" + path + "' cannot be written: " + base::system_reason(errno) + ".");
  };
  if (path == "-") {
    if (!write_all(STDOUT_FILENO, text)) return failed();
    return {};
  }
  std::string beside = path + ".XXXXXX.tmp";
  constexpr int kSuffixBytes = 4;
  const image::Descriptor file(::mkstemps(beside.data(), kSuffixBytes));
  if (!file) return failed();
  // mkstemps() makes it private; a manifest is as readable as its images.
  if (!write_all(file.number(), text) || ::fchmod(file.number(), usual_mode()) != 0 ||
      ::fsync(file.number()) != 0 || ::rename(beside.c_str(), path.c_str()) != 0) {
    const auto error = failed();
    ::unlink(beside.c_str());
    return error;
  }
  return {};
}

}  // namespace stentor::ctl

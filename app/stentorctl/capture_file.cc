// SPDX-License-Identifier: BSD-3-Clause
#include "capture_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output_file.h"

namespace stentor::ctl {

namespace {

// As lib/control/pcapng.h writes them, in the byte order of both, which are one host or alike.
constexpr std::uint32_t kStatistics = 5, kPacket = 6;
constexpr std::size_t kBlockMin = 12, kBlockMax = std::size_t{1} << 20;
constexpr std::size_t kStatisticsInterfaceAt = 8, kStatisticsLostAt = 36;
constexpr mode_t kMode = 0600;  // what others were sent is not for everybody

template <typename Integer>
Integer number_at(std::string_view bytes, std::size_t at) {
  Integer value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

}  // namespace

base::Result<void> CaptureFile::take(std::string_view bytes) {
  if (!is_open_) {
    if (auto opened = open(); !opened) return opened;
  }
  unread_ += bytes;
  std::size_t whole = 0;
  while (unread_.size() - whole >= kBlockMin) {
    const std::string_view rest = std::string_view(unread_).substr(whole);
    const auto length = number_at<std::uint32_t>(rest, 4);
    if (length < kBlockMin || length > kBlockMax || length % 4 != 0) {
      return base::failure(
          "what came is no capture; is this stentorctl of another version than "
          "the stentord?");
    }
    if (rest.size() < length) break;
    note(rest.substr(0, length));
    whole += length;
  }
  if (auto written = write(std::string_view(unread_).substr(0, whole)); !written) return written;
  unread_.erase(0, whole);
  return {};
}

base::Result<void> CaptureFile::open() {
  if (path_ != "-") {
    file_ =
        base::Descriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
    if (!file_) return base::failure("cannot write " + path_ + ": " + base::system_reason(errno));
    struct stat facts {};
    is_regular_ = ::fstat(file_.number(), &facts) == 0 && S_ISREG(facts.st_mode);
    // One that was there may have been for others.
    if (is_regular_ && ::fchmod(file_.number(), kMode) != 0) {
      return base::failure("cannot keep others from reading " + path_ + ": " +
                           base::system_reason(errno) + "; name a file of your own");
    }
  }
  is_open_ = true;
  return {};
}

base::Result<void> CaptureFile::write(std::string_view blocks) {
  const int file = file_ ? file_.number() : STDOUT_FILENO;
  if (!write_all(file, blocks)) {
    const int error = errno;
    // Not what of them has found room.
    if (is_regular_) static_cast<void>(::ftruncate(file, end_) == 0);
    return base::failure("cannot write " + path_ + ": " + base::system_reason(error));
  }
  end_ += static_cast<std::int64_t>(blocks.size());
  return {};
}

void CaptureFile::note(std::string_view block) {
  const auto type = number_at<std::uint32_t>(block, 0);
  if (type == kPacket) ++frames_;
  // The first interface's has what was lost in all.
  if (type == kStatistics && block.size() >= kStatisticsLostAt + sizeof lost_ &&
      number_at<std::uint32_t>(block, kStatisticsInterfaceAt) == 0) {
    lost_ = number_at<std::uint64_t>(block, kStatisticsLostAt);
  }
}

}  // namespace stentor::ctl

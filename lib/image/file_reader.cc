// SPDX-License-Identifier: BSD-3-Clause
#include "image/file_reader.h"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

namespace stentor::image {

namespace {

constexpr int kAttemptsMax = 3;
// The kernel reads at most this much a call anyway.
constexpr std::size_t kReadBytesMax = std::size_t{1} << 30;

bool same_moment(const struct stat& before, const struct stat& after) {
  return before.st_size == after.st_size && before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
         before.st_mtim.tv_nsec == after.st_mtim.tv_nsec &&
         before.st_ctim.tv_sec == after.st_ctim.tv_sec &&
         before.st_ctim.tv_nsec == after.st_ctim.tv_nsec;
}

// How many bytes came before the end of the file; -1 and errno when reading failed.
ssize_t fill_from(int file, base::MutableBytes space) {
  std::size_t filled = 0;
  while (filled < space.size()) {
    const ssize_t got =
        ::pread(file, space.data() + filled, std::min(space.size() - filled, kReadBytesMax),
                static_cast<off_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return static_cast<ssize_t>(filled);
}

tl::unexpected<NotRead> bad_file(std::string reason) {
  return tl::make_unexpected(NotRead{ReadFailure::bad_file, std::move(reason)});
}

tl::unexpected<NotRead> unreadable(int error) {
  return bad_file(std::string("It cannot be read: ") + base::system_reason(error) + ".");
}

}  // namespace

tl::expected<base::MutableBytes, NotRead> read_file(const Tree& tree, const std::string& path,
                                                    const ReserveBytes& reserve) {
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    // Opened anew each time: a file that was replaced is another file now.
    const auto file = tree.open_file(path);
    if (!file) return bad_file(file.error());
    struct stat before {};
    struct stat after {};
    if (::fstat(file->number(), &before) != 0) return unreadable(errno);
    base::MutableBytes space;
    if (!reserve(static_cast<std::uint64_t>(before.st_size), space))
      return tl::make_unexpected(NotRead{ReadFailure::no_memory, "There is no memory for it."});
    const ssize_t filled = fill_from(file->number(), space);
    if (filled < 0 || ::fstat(file->number(), &after) != 0) return unreadable(errno);
    if (static_cast<std::size_t>(filled) == space.size() && same_moment(before, after))
      return space;
  }
  return bad_file("It kept changing while it was read: load it again when it is complete.");
}

}  // namespace stentor::image

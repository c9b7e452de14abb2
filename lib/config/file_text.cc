// SPDX-License-Identifier: BSD-3-Clause
#include "config/file_text.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stentor::config {
namespace {

// A FIFO without a writer must not hang the start: opened without blocking, then refused.
class File {
 public:
  explicit File(const std::string& path)
      : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

enum class Privacy : std::uint8_t { any, owner_alone };

base::Result<std::string> read_text(const std::string& path, std::string_view what,
                                    std::size_t bytes_max, Privacy privacy) {
  const File file(path);
  struct stat status {};
  if (file.descriptor() < 0 || fstat(file.descriptor(), &status) != 0) {
    return base::failure(std::string("cannot be opened: ") + base::system_reason(errno) +
                         "; name a readable " + std::string(what));
  }
  if (!S_ISREG(status.st_mode)) {
    return base::failure("is no regular file; name a " + std::string(what));
  }
  if (privacy == Privacy::owner_alone && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return base::failure(
        "others than its owner may read or change it; chmod 600 it, and change "
        "the secret if somebody did");
  }
  // One byte more than allowed shows that the file is too long, also if it is growing.
  const auto expected = static_cast<std::size_t>(status.st_size);
  std::string text(std::min(expected, bytes_max) + 1, '\0');
  std::size_t size = 0;
  while (size <= bytes_max) {
    if (size == text.size()) text.resize(std::min(2 * text.size(), bytes_max + 1));
    const ssize_t got = read(file.descriptor(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return base::failure(std::string("cannot be read: ") + base::system_reason(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.resize(size);
  return text;
}

}  // namespace

base::Result<std::string> read_file_text(const std::string& path, std::string_view what,
                                         std::size_t bytes_max) {
  return read_text(path, what, bytes_max, Privacy::any);
}

base::Result<std::string> read_secret_file_text(const std::string& path, std::string_view what,
                                                std::size_t bytes_max) {
  return read_text(path, what, bytes_max, Privacy::owner_alone);
}

}  // namespace stentor::config

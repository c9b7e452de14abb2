// SPDX-License-Identifier: BSD-3-Clause
#include "image/open_beneath.h"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/error.h"

namespace stentor::image {

namespace {

// A rename anywhere on the machine may make the kernel give up (EAGAIN); a storm of them is rare.
constexpr int kAttemptsMax = 64;

}  // namespace

base::Descriptor open_beneath(const base::Descriptor& folder, const std::string& path, int flags) {
  open_how how{};
  // O_PATH takes few other flags: openat2 refuses the rest, where open ignores them.
  const int added = (flags & O_PATH) != 0 ? O_CLOEXEC : O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  how.flags = static_cast<unsigned>(flags | added);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long number = -1;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    number = ::syscall(SYS_openat2, folder.number(), path.c_str(), &how, sizeof how);
    if (number >= 0 || (errno != EAGAIN && errno != EINTR)) break;
  }
  return base::Descriptor(static_cast<int>(number));
}

std::string open_failure(int error, bool is_link) {
  switch (error) {
    case EXDEV:
      return "A link leads out of the image root (or is absolute): make it relative, to a file "
             "inside.";
    case ELOOP:
      return "Its links run in a circle: make them end at a file.";
    case EACCES:
    case EPERM:
      return "The service user may not read it: give it read permission (chmod a+r, and a+x on the "
             "folders above).";
    case ENOENT:
    case ENOTDIR:
      return is_link ? "The link leads to nothing: correct or remove it."
                     : "It vanished while the images were loaded.";
    case ENOSYS:
      return "This kernel lacks openat2 (Linux 5.6).";
    default:
      return std::string("It cannot be opened: ") + base::system_reason(error) + ".";
  }
}

}  // namespace stentor::image

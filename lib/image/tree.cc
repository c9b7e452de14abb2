// SPDX-License-Identifier: BSD-3-Clause
#include "image/tree.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/hex.h"
#include "image/generation.h"
#include "image/open_beneath.h"
#include "image/tree_walk.h"

namespace stentor::image {

base::Result<Tree> Tree::open(const std::string& root) {
  base::Descriptor folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (folder) return Tree(root, std::move(folder));
  const std::string named = "The image root '" + root + "' ";
  switch (errno) {
    case ENOENT:
      return base::failure(named +
                           "does not exist: create it and put the boot files there, or correct "
                           "images.root.");
    case ENOTDIR:
      return base::failure(named + "is not a directory: name the folder that holds the files.");
    case EACCES:
      return base::failure(named +
                           "is closed to the service user: give it read and search permission on "
                           "it and the folders above (chmod a+rx).");
    default:
      return base::failure(named + "cannot be opened: " + base::system_reason(errno) + ".");
  }
}

base::Result<Listing> Tree::list(const WalkOptions& options) const {
  return walk_tree(root_, descriptor_, kImagesMax, options);
}

Found Tree::look(const std::string& path, const Ignored& ignored) const {
  return look_beneath(descriptor_, path, ignored);
}

bool Tree::is_in_place() const {
  struct stat opened {};
  struct stat there {};
  return ::fstat(descriptor_.number(), &opened) == 0 && ::stat(root_.c_str(), &there) == 0 &&
         opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

tl::expected<base::Descriptor, std::string> Tree::open_file(const std::string& path) const {
  base::Descriptor file = open_beneath(descriptor_, path, O_RDONLY);
  // A socket cannot be opened at all: ENXIO.
  if (!file && errno != ENXIO) return tl::make_unexpected(open_failure(errno, false));
  struct stat status {};
  if (!file || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode))
    return tl::make_unexpected("It is no longer a regular file.");
  return file;
}

std::string printable(std::string_view path) {
  std::string text;
  for (const char each : path) {
    const auto byte = static_cast<std::uint8_t>(each);
    if (byte >= 0x20 && byte != 0x7f && byte != '\\') {
      text += each;
    } else {
      text += {'\\', 'x', base::kHexDigits[byte >> 4], base::kHexDigits[byte & 0xf]};
    }
  }
  return text;
}

}  // namespace stentor::image

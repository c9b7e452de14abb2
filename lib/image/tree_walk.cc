// SPDX-License-Identifier: BSD-3-Clause
#include "image/tree_walk.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>

#include "base/error.h"
#include "base/path.h"
#include "image/open_beneath.h"

namespace stentor::image {

namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using OpenFolder = std::unique_ptr<DIR, CloseFolder>;

struct Folder {
  std::string path;  // empty: the root
  dev_t device;
  ino_t inode;
  std::size_t parent;  // index; the root is its own
};

// Clients' names are normalised before they are looked up: what is not normal is never found.
bool can_be_asked_for(std::string_view path) {
  base::PathBuffer buffer;
  return base::normalised_path(path, buffer) == path;
}

const char* kind_of(mode_t mode) {
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "neither file nor folder";
}

class Walk {
 public:
  Walk(const std::string& root, const Descriptor& descriptor, std::size_t count_max)
      : root_(root), descriptor_(descriptor), count_max_(count_max) {}

  base::Result<Listing> run() {
    struct stat status {};
    if (::fstat(descriptor_.number(), &status) != 0) return unlistable(errno);
    folders_.push_back({"", status.st_dev, status.st_ino, 0});
    for (std::size_t i = 0; i < folders_.size(); ++i) {
      if (const int error = visit(i); error != 0) {
        if (i == 0) return unlistable(error);
        reject(folders_[i].path, open_failure(error, false));
      }
      if (past_limit())
        return base::failure("The image root '" + root_ + "' holds more than " +
                             std::to_string(count_max_) +
                             " files or folders (links to folders count again): move some out.");
    }
    std::ranges::sort(listing_.files, {}, &FileEntry::path);
    std::ranges::sort(listing_.rejected, {}, &Rejected::path);
    return std::move(listing_);
  }

 private:
  // What is refused is remembered too, so it counts.
  [[nodiscard]] bool past_limit() const {
    return std::max({listing_.files.size(), folders_.size(), listing_.rejected.size()}) >
           count_max_;
  }

  [[nodiscard]] tl::unexpected<base::Error> unlistable(int error) const {
    return base::failure("The image root '" + root_ +
                         "' cannot be listed: " + base::system_reason(error) +
                         "; give the service user read and search permission (chmod a+rx).");
  }

  void reject(const std::string& path, std::string reason) {
    listing_.rejected.push_back({printable(path), std::move(reason)});
  }

  // 0, or the errno that kept us from reading folder `index`.
  int visit(std::size_t index) {
    const std::string path = folders_[index].path;
    Descriptor opened =
        open_beneath(descriptor_, path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
    if (!opened) return errno;
    const OpenFolder folder(::fdopendir(opened.number()));
    if (!folder) return errno;
    static_cast<void>(opened.take());
    for (;;) {
      errno = 0;
      // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody else has this folder's stream.
      const dirent* entry = ::readdir(folder.get());
      if (entry == nullptr) return errno;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      // One more than the limit is enough to fail run().
      if (past_limit()) return 0;
      look_at(index, ::dirfd(folder.get()), name);
    }
  }

  void look_at(std::size_t parent, int folder, std::string_view name) {
    std::string path = folders_[parent].path;
    if (!path.empty()) path += '/';
    path += name;
    if (path.size() > base::kPathBytesMax)
      return reject(path, "Its path is longer than " + std::to_string(base::kPathBytesMax) +
                              " bytes: no client can ask for it.");
    if (!can_be_asked_for(path))
      return reject(path,
                    "Its name has a backslash or a control character: no client can ask for it.");
    struct stat status {};
    if (::fstatat(folder, std::string(name).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return reject(path, open_failure(errno, false));
    if (S_ISLNK(status.st_mode)) {
      const Descriptor target = open_beneath(descriptor_, path, O_PATH);
      if (!target || ::fstat(target.number(), &status) != 0)
        return reject(path, open_failure(errno, true));
    }
    if (S_ISREG(status.st_mode)) {
      listing_.files.push_back({std::move(path), static_cast<std::uint64_t>(status.st_size),
                                status.st_dev, status.st_ino});
    } else if (S_ISDIR(status.st_mode)) {
      enter(parent, std::move(path), status);
    } else {
      reject(path, std::string("It is ") + kind_of(status.st_mode) + ": only files are served.");
    }
  }

  void enter(std::size_t parent, std::string path, const struct stat& status) {
    for (std::size_t i = parent;; i = folders_[i].parent) {
      if (folders_[i].device == status.st_dev && folders_[i].inode == status.st_ino)
        return reject(path, "It is a link to a folder that contains it.");
      if (i == 0) break;
    }
    folders_.push_back({std::move(path), status.st_dev, status.st_ino, parent});
  }

  const std::string& root_;
  const Descriptor& descriptor_;
  const std::size_t count_max_;
  std::vector<Folder> folders_;
  Listing listing_;
};

}  // namespace

base::Result<Listing> walk_tree(const std::string& root, const Descriptor& folder,
                                std::size_t count_max) {
  return Walk(root, folder, count_max).run();
}

}  // namespace stentor::image

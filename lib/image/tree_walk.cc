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

struct WalkedFolder {
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

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// Empty: a client may ask for it.
std::string fault_of_path(std::string_view path) {
  if (path.size() > base::kPathBytesMax)
    return "Its path is longer than " + std::to_string(base::kPathBytesMax) +
           " bytes: no client can ask for it.";
  if (!can_be_asked_for(path))
    return "Its name has a backslash or a control character: no client can ask for it.";
  return {};
}

// `status`: of the entry itself, and then of what it leads to. 0, or an errno.
int follow_link(const base::Descriptor& root, const std::string& path, struct stat& status) {
  const base::Descriptor target = open_beneath(root, path, O_PATH);
  return target && ::fstat(target.number(), &status) == 0 ? 0 : errno;
}

FileEntry file_entry(std::string path, const struct stat& status) {
  return {.path = std::move(path),
          .bytes = static_cast<std::uint64_t>(status.st_size),
          .device = status.st_dev,
          .inode = status.st_ino,
          .modified = nanoseconds(status.st_mtim),
          .changed = nanoseconds(status.st_ctim)};
}

std::string refused_kind(mode_t mode) {
  return std::string("It is ") + kind_of(mode) + ": only files are served.";
}

class Walk {
 public:
  Walk(const std::string& root, const base::Descriptor& descriptor, std::size_t count_max,
       const WalkOptions& options)
      : root_(root), descriptor_(descriptor), count_max_(count_max), options_(options) {}

  base::Result<Listing> run() {
    struct stat status {};
    if (::fstat(descriptor_.number(), &status) != 0) return unlistable(errno);
    folders_.push_back({"", status.st_dev, status.st_ino, 0});
    if (const int error = go_down_to(options_.from); error != 0) return unlistable(error);
    const std::size_t first = folders_.size() - 1;
    for (std::size_t i = first; i < folders_.size() && !is_stopped_; ++i) {
      if (const int error = visit(i); error != 0) {
        if (i == first) return unlistable(error);
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

  // The folders above the one where the walk begins: it may link to one of them. 0, or an errno.
  int go_down_to(const std::string& from) {
    for (std::size_t end = 0; end < from.size();) {
      end = std::min(from.find('/', end + 1), from.size());
      const std::string path = from.substr(0, end);
      struct stat status {};
      if (const int error = follow_link(descriptor_, path, status); error != 0) return error;
      folders_.push_back({path, status.st_dev, status.st_ino, folders_.size() - 1});
    }
    return 0;
  }

  // 0, or the errno that kept us from reading folder `index`.
  int visit(std::size_t index) {
    const std::string path = folders_[index].path;
    base::Descriptor opened =
        open_beneath(descriptor_, path.empty() ? "." : path, O_RDONLY | O_DIRECTORY);
    if (!opened) return errno;
    const OpenFolder folder(::fdopendir(opened.number()));
    if (!folder) return errno;
    static_cast<void>(opened.take());
    if (options_.on_folder && !options_.on_folder(path, ::dirfd(folder.get()))) {
      is_stopped_ = true;
      return 0;
    }
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
    if (options_.ignored.matches(name) || options_.ignored.matches(path)) return;
    if (std::string fault = fault_of_path(path); !fault.empty())
      return reject(path, std::move(fault));
    struct stat status {};
    if (::fstatat(folder, std::string(name).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return reject(path, open_failure(errno, false));
    const bool is_link = S_ISLNK(status.st_mode);
    if (is_link) {
      if (const int error = follow_link(descriptor_, path, status); error != 0)
        return reject(path, open_failure(error, true));
    }
    if (S_ISREG(status.st_mode)) {
      listing_.files.push_back(file_entry(std::move(path), status));
    } else if (S_ISDIR(status.st_mode)) {
      enter(parent, std::move(path), status);
    } else {
      reject(path, refused_kind(status.st_mode));
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
  const base::Descriptor& descriptor_;
  const std::size_t count_max_;
  const WalkOptions& options_;
  bool is_stopped_ = false;
  std::vector<WalkedFolder> folders_;
  Listing listing_;
};

}  // namespace

base::Result<Listing> walk_tree(const std::string& root, const base::Descriptor& folder,
                                std::size_t count_max, const WalkOptions& options) {
  return Walk(root, folder, count_max, options).run();
}

Found look_beneath(const base::Descriptor& folder, const std::string& path,
                   const Ignored& ignored) {
  if (ignored.matches_any_part(path)) return Absent{};
  const auto rejected = [&](std::string reason) {
    return Rejected{printable(path), std::move(reason)};
  };
  if (std::string fault = fault_of_path(path); !fault.empty()) return rejected(std::move(fault));
  struct stat status {};
  const base::Descriptor entry = open_beneath(folder, path, O_PATH | O_NOFOLLOW);
  if (!entry || ::fstat(entry.number(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return Absent{};
    return rejected(open_failure(errno, false));
  }
  const bool is_link = S_ISLNK(status.st_mode);
  if (is_link) {
    if (const int error = follow_link(folder, path, status); error != 0)
      return rejected(open_failure(error, true));
  }
  if (S_ISDIR(status.st_mode)) return Folder{};
  if (!S_ISREG(status.st_mode)) return rejected(refused_kind(status.st_mode));
  return file_entry(path, status);
}

}  // namespace stentor::image

// SPDX-License-Identifier: BSD-3-Clause
#include "storm/reference_walk.h"

#include <cerrno>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>

namespace stentor::storm {
namespace {

namespace fs = std::filesystem;

struct Folder {
  std::string path;
  std::string name;  // empty: the root
  dev_t device;
  ino_t inode;
  std::size_t parent;  // index; the root is its own
};

class Walk {
 public:
  explicit Walk(std::size_t count_max) : count_max_(count_max) {}

  base::Result<FoundFiles> run(const std::string& root) {
    struct stat status {};
    if (::stat(root.c_str(), &status) != 0) return unreadable_root(root, errno);
    folders_.push_back({root, "", status.st_dev, status.st_ino, 0});
    for (std::size_t at = 0; at < folders_.size(); ++at) {
      if (auto visited = visit(at); !visited) return tl::unexpected(visited.error());
    }
    return std::move(found_);
  }

 private:
  static tl::unexpected<base::Error> unreadable_root(const std::string& root, int error) {
    return base::failure("verify.reference: the folder " + root +
                         " cannot be read: " + base::system_reason(error) +
                         "; name the folder that the server serves, or a copy");
  }

  static tl::unexpected<base::Error> unreadable(const std::string& path, int error) {
    return base::failure("verify.reference: " + path +
                         " cannot be read: " + base::system_reason(error) +
                         "; make it readable, or take it out of the folder");
  }

  base::Result<void> visit(std::size_t at) {
    const Folder folder = folders_[at];
    std::error_code error;
    fs::directory_iterator entries(folder.path, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      const std::string leaf = entries->path().filename().string();
      const std::string name = folder.name.empty() ? leaf : folder.name + "/" + leaf;
      if (auto seen = look_at(at, folder.path + "/" + leaf, name); !seen) return seen;
    }
    if (!error) return {};
    return at == 0 ? unreadable_root(folder.path, error.value())
                   : unreadable(folder.path, error.value());
  }

  base::Result<void> look_at(std::size_t parent, std::string path, std::string name) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
      const int error = errno;
      if (!is_dead_link(path, error)) return unreadable(path, error);
      leave_out(path,
                std::string("it is a link that leads nowhere: ") + base::system_reason(error));
    } else if (S_ISREG(status.st_mode)) {
      found_.files.push_back({std::move(path), std::move(name)});
    } else if (S_ISDIR(status.st_mode)) {
      enter(parent, std::move(path), std::move(name), status);
    }
    if (found_.files.size() <= count_max_ && folders_.size() <= count_max_) return {};
    return base::failure("verify.reference: more than " + std::to_string(count_max_) +
                         " files or folders (links to folders count again); name a smaller folder");
  }

  static bool is_dead_link(const std::string& path, int error) {
    struct stat status {};
    return (error == ENOENT || error == ENOTDIR || error == ELOOP) &&
           ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
  }

  void enter(std::size_t parent, std::string path, std::string name, const struct stat& status) {
    for (std::size_t at = parent;; at = folders_[at].parent) {
      if (folders_[at].device == status.st_dev && folders_[at].inode == status.st_ino) {
        return leave_out(path, "it is a link to a folder that contains it");
      }
      if (at == 0) break;
    }
    folders_.push_back({std::move(path), std::move(name), status.st_dev, status.st_ino, parent});
  }

  void leave_out(const std::string& path, const std::string& why) {
    if (found_.left_out.size() < count_max_) {
      found_.left_out.push_back("The reference leaves out " + path + ": " + why + ".");
    }
  }

  const std::size_t count_max_;
  std::vector<Folder> folders_;
  FoundFiles found_;
};

}  // namespace

base::Result<FoundFiles> walk_reference(const std::string& folder, std::size_t count_max) {
  return Walk(count_max).run(folder);
}

}  // namespace stentor::storm

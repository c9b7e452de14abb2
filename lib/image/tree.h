// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The files beneath the image root, as a hostile place: whoever may write there must not make us
// read outside of it, hang, or run out of anything.
//
// Every open is openat2(2) with RESOLVE_BENEATH: links that stay inside are followed; links that
// climb out or are absolute fail. Opens never block (a FIFO) and never touch a device. What cannot
// be served is named with a reason, never skipped in silence. Hidden files are files like others.
//
// Limits: base::kPathBytesMax a path (which bounds the depth), kImagesMax files, as many folders,
// as many refusals.
//
// Threads: open_file() may be called by several at once.

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"
#include "image/ignored.h"

namespace stentor::image {

struct Rejected {
  std::string path;    // what is not printable in it is written \xNN
  std::string reason;  // a sentence
};

struct FileEntry {
  std::string path;  // beneath the root, as Image::path
  std::uint64_t bytes = 0;
  std::uint64_t device = 0;  // with inode: which file, whatever its paths
  std::uint64_t inode = 0;
  std::int64_t modified = 0;  // in ns, of the file system's clock; with changed: a moment of it
  std::int64_t changed = 0;

  bool operator==(const FileEntry&) const = default;
};

struct Listing {
  std::vector<FileEntry> files;  // by path
  std::vector<Rejected> rejected;
};

// What is at a path, and how the tree is walked.
struct Absent {};
struct Folder {};
using Found = std::variant<Absent, Folder, FileEntry, Rejected>;

struct WalkOptions {
  Ignored ignored = {};
  std::string from = {};  // a folder beneath the root; empty: all of it
  // Called with each folder, opened, before its entries are read. False ends the walk.
  std::function<bool(const std::string& path, int descriptor)> on_folder = {};
};

class Tree {
 public:
  // An error when `root` is absent, no directory or closed to us.
  static base::Result<Tree> open(const std::string& root);

  // Walks everything. An error when the root (or `from`) cannot be listed or a limit is passed.
  [[nodiscard]] base::Result<Listing> list(const WalkOptions& options = {}) const;

  // What is at one path, as a walk would find it; what is ignored is absent. `path` is beneath the
  // root, as the names of folders and files are joined.
  [[nodiscard]] Found look(const std::string& path, const Ignored& ignored) const;

  // Whether the root's path leads to the folder that was opened, and not to another or to none.
  [[nodiscard]] bool is_in_place() const;

  // A regular file for reading, or the sentence why not.
  [[nodiscard]] tl::expected<base::Descriptor, std::string> open_file(
      const std::string& path) const;

  [[nodiscard]] const std::string& root() const { return root_; }

 private:
  Tree(std::string root, base::Descriptor descriptor)
      : root_(std::move(root)), descriptor_(std::move(descriptor)) {}

  std::string root_;
  base::Descriptor descriptor_;
};

// `path` with control characters and backslashes written \xNN: fit for a message.
std::string printable(std::string_view path);

}  // namespace stentor::image

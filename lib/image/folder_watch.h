// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the kernel tells of changes in folders (inotify(7)), as paths beneath the image root. A
// folder that several links lead to is watched once, and what happens in it happens at each of its
// paths.
//
// Threads: one, whichever makes it. Who lists a folder watches it first, so that nothing falls in
// between.

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"

namespace stentor::image {

struct FileEvent {
  enum class Kind {
    written,        // created, written, or closed by who wrote it
    placed,         // renamed to this path
    gone,           // removed, or renamed away
    touched,        // its permissions, owner, times or number of links
    folder_made,    // and may have been filled since
    folder_placed,  // with all that is in it
    folder_gone,
  };
  Kind kind = Kind::written;
  std::string path;  // beneath the root; empty: the root
};

class FolderWatch {
 public:
  // An error when this user has too many of them.
  static base::Result<FolderWatch> make();

  // Readable when there are events.
  [[nodiscard]] int descriptor() const { return queue_.number(); }

  // Watches the folder that is opened as `folder`, under this path. 0, or an errno: ENOSPC when the
  // kernel watches no more.
  [[nodiscard]] int add(const std::string& path, int folder);
  // The path and what is beneath it lead elsewhere from now on, or nowhere.
  void forget(const std::string& path);
  [[nodiscard]] std::size_t folders() const { return watch_of_.size(); }

  struct Events {
    std::vector<FileEvent> events;  // in the order in which they happened
    bool is_incomplete = false;     // the kernel forgot some: all has to be looked at
  };
  // Those that there are; never waits.
  Events read();

 private:
  explicit FolderWatch(base::Descriptor queue) : queue_(std::move(queue)) {}
  void release(int watch, const std::string& path);

  base::Descriptor queue_;
  std::map<std::string, int> watch_of_;                         // by path
  std::unordered_map<int, std::vector<std::string>> paths_of_;  // by watch; none is empty
};

}  // namespace stentor::image

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Follows the files under the image root once they are loaded: what is written, renamed into place,
// replaced or removed there comes, changes or goes in the catalogue, and nothing else is read
// again.
//
// - A file that is written is read when it has been quiet for `settle`; one that was renamed into
//   place is complete, and read at once, but with a manifest, which whoever renames them may rename
//   last. A file that goes is gone after `settle`: until then one that is written in its place
//   replaces it without a gap.
// - A file that cannot be served (the manifest disagrees, it cannot be read, there is no memory) is
//   named once, with its reason; what was served at its path is served on until the file is right
//   or gone. When the manifest changes, what was rejected is looked at again; what is served is
//   not.
// - Links: what changes at one path is looked at under all paths of that file.
// - Where the kernel tells nothing (`poll`, or it watches no more folders), or forgets to (an
//   overflow of its queue), or the root is another folder than before, all is looked at, and what
//   differs in size or times is read.
//
// Threads: one, whichever makes it. A file of more than kLargeBytes is read and hashed on another,
// one at a time, so that small ones do not wait for it.

#include <array>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "image/catalogue.h"
#include "image/folder_watch.h"
#include "image/image_reader.h"
#include "image/loader.h"
#include "image/rejections.h"
#include "image/settling.h"

namespace stentor::image {

struct FollowOptions {
  LoadOptions load = {};
  base::Duration settle = std::chrono::milliseconds{500};
  std::optional<base::Duration> poll = {};  // look at everything so often; the kernel is not asked
};

// What to tell the operator.
struct Note {
  bool is_warning = false;
  std::string text;
};

struct Update {
  std::shared_ptr<const Generation> generation = {};  // null: as before
  std::vector<const Image*> retired = {};             // of earlier generations alone
  std::vector<Note> notes = {};
  std::size_t added = 0;
  std::size_t replaced = 0;
  std::size_t removed = 0;
  std::string example = {};                            // the path of one of these
  std::shared_ptr<const RejectedFiles> rejected = {};  // null: as before

  [[nodiscard]] bool is_empty() const {
    return generation == nullptr && notes.empty() && rejected == nullptr;
  }
  // What a later one says comes on top.
  void append(Update&& later);
};

class RootWatch {
 public:
  static constexpr std::uint64_t kLargeBytes = std::uint64_t{8} << 20;

  // `first`: what load() made with the same options. `memory` outlives the watch.
  RootWatch(FollowOptions options, Loaded first, Memory& memory);
  RootWatch(const RootWatch&) = delete;
  RootWatch& operator=(const RootWatch&) = delete;
  // Waits for a large file that is being read.
  ~RootWatch();

  // Waits until something is due or `wake` is readable (-1: no such descriptor), a second at the
  // most, and does what is due.
  Update step(int wake);

  // Folders that the kernel watches for us.
  [[nodiscard]] std::size_t folders() const { return watch_ ? watch_->folders() : 0; }

 private:
  struct Known {
    FileEntry file;           // as it was looked at last
    std::string reason;       // why it is not served; empty: it is
    bool read_again = false;  // though it be as it was
  };
  using FileIdentity = std::pair<std::uint64_t, std::uint64_t>;  // device and inode
  // Files to be read, with the paths that lead to each.
  struct Reading {
    FileEntry file;
    std::vector<std::string> paths;
  };
  struct LargeReading {
    Reading reading;
    std::shared_ptr<const Tree> tree;
    std::shared_ptr<const Verifier> verifier;
    std::future<ReadImages> result;
  };

  void wait(int wake, base::Time now) const;
  void take_events(base::Time now);
  void take_event(const FileEvent& event, base::Time now);
  void check_root(base::Time now);
  void open_root(std::shared_ptr<const Tree> tree, base::Time now);
  void scan(base::Time now, bool is_complete);
  void scan_folder(const std::string& path, base::Time now, bool is_complete);
  bool watch_folder(const std::string& path, int folder);
  void compare_manifest(const Listing& listing, base::Time now);
  void compare(const std::string& from, const Listing& listing, base::Time now, bool is_complete);
  void plan_next_scan(base::Time begun, base::Time now);
  void look_at_broken(base::Time now);
  void disturb_beneath(const std::string& folder, base::Time now);

  void handle_due(base::Time now);
  void examine(const std::string& path, base::Time now, std::map<FileIdentity, Reading>& readings);
  bool share(const std::string& path, const FileEntry& file);
  void read(Reading reading, base::Time now);
  void finish_large(base::Time now);
  void take_in(const Reading& reading, const ReadImages& result, base::Time now);
  void read_manifest_again(base::Time now);

  void serve(const std::string& path, const FileEntry& file, const Image* image);
  void refuse(const std::string& path, const FileEntry& file, const std::string& reason);
  void drop(const std::string& path);
  void know(const std::string& path, Known known);
  void forget(const std::string& path);
  void tell(bool is_warning, std::string text);
  // The same only once until it is something else.
  void tell_trouble(const std::string& text);
  [[nodiscard]] std::string no_memory(std::uint64_t bytes) const;
  [[nodiscard]] bool polls() const { return !watch_.has_value(); }

  const FollowOptions options_;
  Memory& memory_;
  Catalogue catalogue_;
  std::shared_ptr<const Verifier> verifier_;
  FileEntry manifest_file_;  // that verifier_ was read from; no path: there is none
  bool manifest_changed_ = false;
  std::shared_ptr<const Tree> tree_;  // null: the root is not there
  std::optional<FolderWatch> watch_;  // none: everything is looked at now and then
  bool can_watch_ = true;
  Settling settling_;
  std::map<std::string, Known> known_;  // every file that was ever looked at, and is there
  Rejections rejections_;               // of those
  std::multimap<FileIdentity, std::string> paths_of_;  // of those, by file
  std::map<std::string, FileEntry> seen_;  // by a scan without a watch: to be the same once settled
  std::set<std::string> broken_;           // links and the like that may be mended elsewhere
  std::optional<LargeReading> large_;
  base::Time next_root_check_{};
  base::Time next_scan_ = base::Time::max();
  std::string trouble_;
  std::size_t notes_left_out_ = 0;
  Update update_;
};

}  // namespace stentor::image

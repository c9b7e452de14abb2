// SPDX-License-Identifier: BSD-3-Clause
// What is due, and what becomes of it; root_watch_scan.cc is how it comes to be due.
#include "image/root_watch.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "image/manifest_file.h"

namespace stentor::image {

namespace {

// Paths looked at, and time spent on reading them, before what there is so far is served.
constexpr std::size_t kBatchPaths = 512;
constexpr base::Duration kBatchTime = std::chrono::milliseconds{100};
constexpr base::Duration kLargeRetry = std::chrono::milliseconds{50};
// Memory comes back as transfers end.
constexpr base::Duration kMemoryRetry = std::chrono::seconds{5};
// Of one step; more is a count.
constexpr std::size_t kNotesMax = 20;

bool is_same_content(const FileEntry& a, const FileEntry& b) {
  return a.bytes == b.bytes && a.device == b.device && a.inode == b.inode &&
         a.modified == b.modified && a.changed == b.changed;
}

}  // namespace

void Update::append(Update&& later) {
  if (later.generation != nullptr) generation = std::move(later.generation);
  std::ranges::move(later.retired, std::back_inserter(retired));
  std::ranges::move(later.notes, std::back_inserter(notes));
  added += later.added;
  replaced += later.replaced;
  removed += later.removed;
  if (example.empty()) example = std::move(later.example);
  if (later.rejected != nullptr) rejected = std::move(later.rejected);
}

RootWatch::RootWatch(FollowOptions options, Loaded first, Memory& memory)
    : options_(std::move(options)),
      memory_(memory),
      catalogue_(std::move(first.generation)),
      verifier_(std::move(first.verifier)),
      manifest_file_(std::move(first.manifest_file)),
      settling_(options_.settle) {
  std::map<std::string, std::string> reasons;
  for (Rejected& rejected : first.rejected) reasons[rejected.path] = std::move(rejected.reason);
  for (const FileEntry& file : first.files) {
    const bool is_served = catalogue_.find(file.path) != nullptr;
    know(file.path, {file, is_served ? "" : reasons[printable(file.path)], false});
    reasons.erase(printable(file.path));
  }
  // What load() has named is not named again.
  for (auto& [path, reason] : reasons) {
    know(path, {{}, std::move(reason), false});
    broken_.insert(path);
  }
  rejections_.note_told();
}

RootWatch::~RootWatch() = default;

Update RootWatch::step(int wake) {
  wait(wake, base::MonotonicClock::now());
  const base::Time now = base::MonotonicClock::now();
  if (now >= next_root_check_) check_root(now);
  if (tree_ != nullptr) {
    take_events(now);
    if (now >= next_scan_) scan(now, false);
    finish_large(now);
    handle_due(now);
  }
  if (notes_left_out_ != 0) {
    update_.notes.push_back({true, "images: " + std::to_string(notes_left_out_) +
                                       " more files are left out or served as they were"});
    notes_left_out_ = 0;
  }
  auto [generation, retired] = catalogue_.commit();
  update_.generation = std::move(generation);
  update_.retired = std::move(retired);
  update_.rejected = rejections_.take();
  return std::exchange(update_, {});
}

void RootWatch::handle_due(base::Time now) {
  std::map<FileIdentity, Reading> readings;
  for (const std::string& path : settling_.take(now, kBatchPaths)) examine(path, now, readings);
  if (std::exchange(manifest_changed_, false)) read_manifest_again(now);
  std::vector<Reading> order;
  order.reserve(readings.size());
  for (auto& [file, reading] : readings) order.push_back(std::move(reading));
  std::ranges::stable_sort(order, {}, [](const Reading& reading) { return reading.file.bytes; });
  // However long the looks above took, something is read.
  const base::Time begun = base::MonotonicClock::now();
  for (Reading& reading : order) {
    if (base::MonotonicClock::now() - begun < kBatchTime) {
      read(std::move(reading), now);
    } else {
      for (const std::string& path : reading.paths) settling_.retry(path, now);
    }
  }
}

void RootWatch::examine(const std::string& path, base::Time now,
                        std::map<FileIdentity, Reading>& readings) {
  if (is_manifest(options_.load, path)) {
    manifest_changed_ = true;
    return;
  }
  const Found found = tree_->look(path, options_.load.ignored);
  const auto* file = std::get_if<FileEntry>(&found);
  const auto known = known_.find(path);
  if (known != known_.end()) {
    const bool is_same = file != nullptr && is_same_content(known->second.file, *file);
    if (is_same && !known->second.read_again) return;
    // Whatever else leads to the file that was here may lead elsewhere now, or to other bytes.
    const FileIdentity old{known->second.file.device, known->second.file.inode};
    for (auto [at, end] = paths_of_.equal_range(old); at != end; ++at) {
      if (at->second != path) settling_.complete(at->second, now);
    }
  }
  if (file != nullptr) {
    broken_.erase(path);
    if (polls()) {
      // Nobody tells that it is written: it is quiet when two looks find the same.
      const auto [seen, is_new] = seen_.try_emplace(path, *file);
      if (is_new || !is_same_content(seen->second, *file)) {
        seen->second = *file;
        return settling_.disturb(path, now);
      }
      seen_.erase(seen);
    }
    if (share(path, *file)) return;
    Reading& reading = readings[{file->device, file->inode}];
    reading.file = *file;
    reading.paths.push_back(path);
  } else if (const auto* rejected = std::get_if<Rejected>(&found)) {
    broken_.insert(path);
    refuse(path, {}, rejected->reason);
  } else {
    drop(path);
    disturb_beneath(path, now);
    if (watch_) watch_->forget(path);
    if (std::holds_alternative<Folder>(found)) scan_folder(path, now, false);
  }
}

// A link to a file that is in memory already, whose bytes have not changed since.
bool RootWatch::share(const std::string& path, const FileEntry& file) {
  for (auto [at, end] = paths_of_.equal_range({file.device, file.inode}); at != end; ++at) {
    const Known& other = known_.at(at->second);
    const Image* image = catalogue_.find(at->second);
    if (at->second == path || image == nullptr || !other.reason.empty()) continue;
    if (!is_same_content(other.file, file)) continue;
    if (verifier_ != nullptr || options_.load.manifest_required) return false;
    if (catalogue_.size() >= kImagesMax) return false;
    const Image* shared = catalogue_.stock().add_path(*image, path);
    if (shared == nullptr) return false;
    serve(path, file, shared);
    return true;
  }
  return false;
}

void RootWatch::read(Reading reading, base::Time now) {
  const bool is_large = reading.file.bytes > kLargeBytes;
  if (is_large && large_) {
    for (const std::string& path : reading.paths) settling_.retry(path, now + kLargeRetry);
    return;
  }
  const auto read_now = [listed_only = options_.load.manifest_required, paths = reading.paths,
                         tree = tree_, verifier = verifier_, &stock = catalogue_.stock()] {
    return ImageReader(*tree, verifier.get(), listed_only, stock).read(paths);
  };
  if (!is_large) return take_in(reading, read_now(), now);
  large_.emplace(LargeReading{std::move(reading), tree_, verifier_, {}});
  try {
    large_->result = std::async(std::launch::async, read_now);
  } catch (const std::system_error&) {
    // No more threads for this process now.
    const LargeReading later = *std::exchange(large_, std::nullopt);
    for (const std::string& path : later.reading.paths) settling_.retry(path, now + kMemoryRetry);
  }
}

void RootWatch::finish_large(base::Time now) {
  if (!large_ || large_->result.wait_for(std::chrono::seconds{0}) != std::future_status::ready)
    return;
  const ReadImages result = large_->result.get();
  const LargeReading done = *std::exchange(large_, std::nullopt);
  if (done.tree == tree_ && done.verifier == verifier_) return take_in(done.reading, result, now);
  // The root or the manifest is another one meanwhile.
  catalogue_.stock().remove(result.images);
  for (const std::string& path : done.reading.paths) settling_.complete(path, now);
}

void RootWatch::take_in(const Reading& reading, const ReadImages& result, base::Time now) {
  for (const Image* image : result.images) {
    const std::string path(image->path);
    if (catalogue_.find(path) != nullptr || catalogue_.size() < kImagesMax) {
      serve(path, reading.file, image);
      continue;
    }
    catalogue_.stock().remove({&image, 1});
    refuse(path, reading.file,
           "There are " + std::to_string(kImagesMax) + " files already: move some out.");
  }
  for (const std::string& path : reading.paths) {
    const auto rejected = std::ranges::find(result.rejected, printable(path), &Rejected::path);
    if (rejected != result.rejected.end()) refuse(path, reading.file, rejected->reason);
    if (!result.no_memory) continue;
    refuse(path, {}, no_memory(reading.file.bytes));
    settling_.retry(path, now + kMemoryRetry);
  }
}

std::string RootWatch::no_memory(std::uint64_t bytes) const {
  return "It needs " + std::to_string(arena_bytes_for(bytes) / (std::size_t{1} << 20) + 1) +
         " MiB of " + memory_.kind() + ", and there is not so much left: " + memory_.remedy() + ".";
}

void RootWatch::read_manifest_again(base::Time now) {
  auto manifest = read_manifest(*tree_, options_.load);
  if (!manifest) return tell_trouble(manifest.error().sentence + " The one before stays in force.");
  trouble_.clear();
  manifest_file_ = std::move(manifest->file);
  if (manifest->path.empty() && verifier_ == nullptr) return;
  verifier_ = std::move(manifest->verifier);
  tell(false, verifier_ == nullptr ? "images: the manifest is gone"
                                   : "images: the manifest " + manifest->path + " is read again");
  for (auto& [path, known] : known_) {
    if (known.reason.empty()) continue;
    known.read_again = true;
    settling_.complete(path, now);
  }
}

void RootWatch::serve(const std::string& path, const FileEntry& file, const Image* image) {
  ++(catalogue_.find(path) == nullptr ? update_.added : update_.replaced);
  if (update_.example.empty()) update_.example = printable(path);
  catalogue_.put(image);
  know(path, {file, {}, false});
}

void RootWatch::refuse(const std::string& path, const FileEntry& file, const std::string& reason) {
  const auto known = known_.find(path);
  const bool is_told = known != known_.end() && known->second.reason == reason &&
                       is_same_content(known->second.file, file);
  know(path, {file, reason, false});
  if (is_told) return;
  const bool is_served = catalogue_.find(path) != nullptr;
  tell(true, "image " + printable(path) +
                 (is_served ? " is served as it was: " : " is left out: ") + reason);
}

void RootWatch::drop(const std::string& path) {
  seen_.erase(path);
  broken_.erase(path);
  forget(path);
  rejections_.set(path, {});
  if (catalogue_.find(path) == nullptr) return;
  ++update_.removed;
  if (update_.example.empty()) update_.example = printable(path);
  catalogue_.remove(path);
}

void RootWatch::know(const std::string& path, Known known) {
  forget(path);
  if (known.file.inode != 0) {
    paths_of_.emplace(FileIdentity{known.file.device, known.file.inode}, path);
  }
  rejections_.set(path, known.reason);
  known_[path] = std::move(known);
}

void RootWatch::forget(const std::string& path) {
  const auto known = known_.find(path);
  if (known == known_.end()) return;
  const auto [begin, end] =
      paths_of_.equal_range({known->second.file.device, known->second.file.inode});
  const auto at = std::find_if(begin, end, [&](const auto& each) { return each.second == path; });
  if (at != end) paths_of_.erase(at);
  known_.erase(known);
}

void RootWatch::tell(bool is_warning, std::string text) {
  if (update_.notes.size() < kNotesMax) {
    update_.notes.push_back({is_warning, std::move(text)});
  } else {
    ++notes_left_out_;
  }
}

void RootWatch::tell_trouble(const std::string& text) {
  if (std::exchange(trouble_, text) != text) tell(true, "images: " + text);
}

}  // namespace stentor::image

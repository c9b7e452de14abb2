// SPDX-License-Identifier: BSD-3-Clause
// How RootWatch learns that something may have changed: events, walks, and the root itself.
#include <algorithm>
#include <poll.h>

#include "image/manifest_file.h"
#include "image/root_watch.h"

namespace stentor::image {

namespace {

constexpr base::Duration kRootCheckPeriod = std::chrono::seconds{1};
constexpr base::Duration kLargeLook = std::chrono::milliseconds{20};
// Where the kernel does not watch and nobody said how often to look: no more than this share of a
// core, and no oftener than that.
constexpr int kScanShare = 20;
constexpr base::Duration kScanPeriodMin = std::chrono::seconds{1};
// Links that lead nowhere, looked at when something comes.
constexpr std::size_t kBrokenMax = 64;

std::string seconds_text(base::Duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

}  // namespace

void RootWatch::wait(int wake, base::Time now) const {
  base::Time until = std::min(next_root_check_, next_scan_);
  if (const auto due = settling_.next()) until = std::min(until, *due);
  if (large_) until = std::min(until, now + kLargeLook);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now).count();
  std::array<pollfd, 2> files{{{watch_ ? watch_->descriptor() : -1, POLLIN, 0}, {wake, POLLIN, 0}}};
  if (left > 0) static_cast<void>(::poll(files.data(), files.size(), static_cast<int>(left)));
}

void RootWatch::take_events(base::Time now) {
  if (!watch_) return;
  const FolderWatch::Events found = watch_->read();
  for (const FileEvent& event : found.events) take_event(event, now);
  if (!found.events.empty()) look_at_broken(now);
  if (!found.is_incomplete) return;
  tell(false, "images: so much has changed that all of the root is looked at");
  scan(now, false);
}

void RootWatch::take_event(const FileEvent& event, base::Time now) {
  using Kind = FileEvent::Kind;
  const std::string& path = event.path;
  if (options_.load.ignored.matches_any_part(path)) return;
  switch (event.kind) {
    case Kind::written:
    case Kind::gone:
      return settling_.disturb(path, now);
    case Kind::placed:
      // The manifest that has it may be the next to be renamed.
      if (verifier_ != nullptr || is_manifest(options_.load, path))
        return settling_.disturb(path, now);
      return settling_.complete(path, now);
    case Kind::touched:
      return settling_.doubt(path, now);
    case Kind::folder_made:
      return scan_folder(path, now, false);
    case Kind::folder_placed:
      return scan_folder(path, now, verifier_ == nullptr);
    case Kind::folder_gone:
      if (watch_) watch_->forget(path);  // an event before may have been one folder too many
      disturb_beneath(path, now);
      return;
  }
}

void RootWatch::disturb_beneath(const std::string& folder, base::Time now) {
  const std::string prefix = folder + "/";
  for (auto at = known_.lower_bound(prefix); at != known_.end() && at->first.starts_with(prefix);
       ++at) {
    settling_.disturb(at->first, now);
  }
}

void RootWatch::look_at_broken(base::Time now) {
  std::size_t left = kBrokenMax;
  for (const std::string& path : broken_) {
    if (left-- == 0) return;
    settling_.doubt(path, now);
  }
}

// The root may be switched as a whole: renamed, or a link that is turned to another folder.
void RootWatch::check_root(base::Time now) {
  next_root_check_ = now + kRootCheckPeriod;
  if (tree_ != nullptr && tree_->is_in_place()) return;
  auto tree = Tree::open(options_.load.root);
  if (!tree) return tell_trouble(tree.error().sentence + " What was loaded is served on.");
  trouble_.clear();
  if (tree_ != nullptr) tell(false, "images: the root is another folder now");
  open_root(std::make_shared<const Tree>(*std::move(tree)), now);
}

void RootWatch::open_root(std::shared_ptr<const Tree> tree, base::Time now) {
  const bool is_switched = tree_ != nullptr;
  tree_ = std::move(tree);
  watch_.reset();
  if (!options_.poll && can_watch_) {
    auto watch = FolderWatch::make();
    if (watch) {
      watch_.emplace(*std::move(watch));
    } else {
      can_watch_ = false;
      tell(true, "images: " + watch.error().sentence +
                     " Until the next start the root is looked through instead.");
    }
  }
  // With a root that was made somewhere else comes its own manifest.
  if (is_switched) read_manifest_again(now);
  scan(now, is_switched);
}

void RootWatch::scan(base::Time now, bool is_complete) {
  scan_folder("", now, is_complete);
  plan_next_scan(now, base::MonotonicClock::now());
}

void RootWatch::plan_next_scan(base::Time begun, base::Time now) {
  if (watch_) {
    next_scan_ = base::Time::max();
    return;
  }
  next_scan_ = now + options_.poll.value_or(std::max(kScanPeriodMin, (now - begun) * kScanShare));
}

void RootWatch::scan_folder(const std::string& path, base::Time now, bool is_complete) {
  const auto listing = tree_->list({.ignored = options_.load.ignored,
                                    .from = path,
                                    .on_folder = [this](const std::string& folder, int descriptor) {
                                      return watch_folder(folder, descriptor);
                                    }});
  if (!can_watch_ && watch_) {
    watch_.reset();
    plan_next_scan(now, base::MonotonicClock::now());
    tell(true,
         "images: the kernel watches no more folders: raise their number, as with `sysctl -w "
         "fs.inotify.max_user_watches=1048576`, and start again; until then the root is looked "
         "through, every " +
             seconds_text(std::max(next_scan_ - now, kScanPeriodMin)) + " or so");
  }
  // A folder beneath the root that is gone again is looked at as a path.
  if (!listing && !path.empty()) return settling_.doubt(path, now);
  if (!listing) return tell_trouble(listing.error().sentence + " What was loaded is served on.");
  compare(path, *listing, now, is_complete);
}

bool RootWatch::watch_folder(const std::string& path, int folder) {
  if (!watch_ || !can_watch_) return true;
  const int error = watch_->add(path, folder);
  if (error == ENOSPC || error == ENOMEM) can_watch_ = false;
  return true;
}

void RootWatch::compare_manifest(const Listing& listing, base::Time now) {
  FileEntry there;
  for (const std::string& path : {options_.load.manifest_file, std::string(kChunkManifestFile)}) {
    const auto at = std::ranges::lower_bound(listing.files, path, {}, &FileEntry::path);
    if (at == listing.files.end() || at->path != path) continue;
    there = *at;
    break;
  }
  if (there == manifest_file_) return;
  settling_.disturb(options_.load.manifest_file, now);
}

void RootWatch::compare(const std::string& from, const Listing& listing, base::Time now,
                        bool is_complete) {
  const auto note = [&](const std::string& path) {
    if (is_complete) return settling_.complete(path, now);
    if (polls()) return settling_.doubt(path, now);
    settling_.disturb(path, now);
  };
  if (from.empty() && options_.load.read_manifest) compare_manifest(listing, now);
  for (const FileEntry& file : listing.files) {
    const auto known = known_.find(file.path);
    if (known != known_.end() && known->second.file == file) continue;
    if (is_manifest(options_.load, file.path)) continue;
    if (polls()) seen_.try_emplace(file.path, file);
    note(file.path);
  }
  std::set<std::string> rejected;
  for (const Rejected& each : listing.rejected) {
    rejected.insert(each.path);
    refuse(each.path, {}, each.reason);
    broken_.insert(each.path);
  }
  const std::string prefix = from.empty() ? "" : from + "/";
  for (auto at = known_.lower_bound(prefix); at != known_.end() && at->first.starts_with(prefix);
       ++at) {
    const std::string& path = at->first;
    if (rejected.count(path) != 0 || rejected.count(printable(path)) != 0) continue;
    if (!std::ranges::binary_search(listing.files, path, {}, &FileEntry::path)) {
      settling_.doubt(path, now);
    }
  }
}

}  // namespace stentor::image

// SPDX-License-Identifier: BSD-3-Clause
#include "image/folder_watch.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <sys/inotify.h>
#include <unistd.h>

namespace stentor::image {

namespace {

constexpr std::size_t kBuffersMax = 16;  // of 64 KiB
constexpr std::uint32_t kMask = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM |
                                IN_MOVED_TO | IN_DELETE | IN_ONLYDIR;

using Kind = FileEvent::Kind;

std::optional<Kind> kind_of(std::uint32_t mask) {
  if ((mask & IN_ISDIR) != 0) {
    // Its permissions may let us in now; whoever writes in it goes on writing.
    if ((mask & (IN_CREATE | IN_ATTRIB)) != 0) return Kind::folder_made;
    if ((mask & IN_MOVED_TO) != 0) return Kind::folder_placed;
    if ((mask & (IN_MOVED_FROM | IN_DELETE)) != 0) return Kind::folder_gone;
    return std::nullopt;
  }
  if ((mask & (IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE)) != 0) return Kind::written;
  if ((mask & IN_MOVED_TO) != 0) return Kind::placed;
  if ((mask & (IN_MOVED_FROM | IN_DELETE)) != 0) return Kind::gone;
  if ((mask & IN_ATTRIB) != 0) return Kind::touched;
  return std::nullopt;
}

std::string joined(const std::string& folder, std::string_view name) {
  if (folder.empty() || name.empty()) return folder + std::string(name);
  return folder + "/" + std::string(name);
}

bool is_beneath(const std::string& path, const std::string& folder) {
  return folder.empty() || path == folder ||
         (path.starts_with(folder) && path[folder.size()] == '/');
}

}  // namespace

base::Result<FolderWatch> FolderWatch::make() {
  base::Descriptor queue(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (queue) return FolderWatch(std::move(queue));
  return base::failure(
      errno == EMFILE
          ? "The kernel gives this user no more queues of file events: raise "
            "them, as with `sysctl -w fs.inotify.max_user_instances=1024`."
          : "The kernel gives no queue of file events: " + base::system_reason(errno) + ".");
}

int FolderWatch::add(const std::string& path, int folder) {
  // Through the open folder: no link or race leads out of the root.
  const std::string opened = "/proc/self/fd/" + std::to_string(folder);
  const int watch = ::inotify_add_watch(queue_.number(), opened.c_str(), kMask);
  if (watch < 0) return errno;
  const auto known = watch_of_.find(path);
  if (known != watch_of_.end()) {
    if (known->second == watch) return 0;
    release(known->second, path);
  }
  watch_of_[path] = watch;
  paths_of_[watch].push_back(path);
  return 0;
}

void FolderWatch::release(int watch, const std::string& path) {
  const auto paths = paths_of_.find(watch);
  if (paths == paths_of_.end()) return;
  std::erase(paths->second, path);
  if (!paths->second.empty()) return;
  paths_of_.erase(paths);
  ::inotify_rm_watch(queue_.number(), watch);
}

void FolderWatch::forget(const std::string& path) {
  // Names like "a-b" stand between "a" and "a/b".
  for (auto at = watch_of_.lower_bound(path);
       at != watch_of_.end() && at->first.starts_with(path);) {
    if (!is_beneath(at->first, path)) {
      ++at;
      continue;
    }
    release(at->second, at->first);
    at = watch_of_.erase(at);
  }
}

FolderWatch::Events FolderWatch::read() {
  Events found;
  alignas(inotify_event) std::array<char, 64 << 10> buffer;
  // Who writes faster than this is read has to wait for the next call.
  for (std::size_t buffers = 0; buffers < kBuffersMax; ++buffers) {
    const ssize_t got = ::read(queue_.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return found;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      at += sizeof event + event.len;
      if ((event.mask & (IN_Q_OVERFLOW | IN_UNMOUNT)) != 0) found.is_incomplete = true;
      const auto paths = paths_of_.find(event.wd);
      if (paths == paths_of_.end()) continue;
      if ((event.mask & IN_IGNORED) != 0) {
        for (const std::string& path : paths->second) watch_of_.erase(path);
        paths_of_.erase(paths);
        continue;
      }
      const auto kind = kind_of(event.mask);
      if (!kind) continue;
      for (const std::string& path : paths->second) {
        // Of a folder itself its parent tells, too; the root has none.
        if (event.len == 0 && !path.empty()) continue;
        found.events.push_back({*kind, joined(path, event.len == 0 ? "" : name)});
      }
    }
  }
  return found;
}

}  // namespace stentor::image

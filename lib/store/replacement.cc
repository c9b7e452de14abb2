// SPDX-License-Identifier: BSD-3-Clause
#include "store/replacement.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/error.h"

namespace stentor::store {

namespace {

Outcome<void> outcome_of(int error, const std::string& path) {
  if (error == 0) return {};
  const Trouble trouble = error == ENOSPC || error == EDQUOT ? Trouble::full : Trouble::broken;
  return tl::unexpected(Failure{trouble, "cannot put a new lease database at " + path + ": " +
                                             base::system_reason(error) +
                                             ". Look at the disk and its free space."});
}

}  // namespace

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Outcome<std::string> begin_replacement(const std::string& path, Folder& folder) {
  std::string name = path + ".new";
  for (const char* ending : {"", "-journal", "-wal", "-shm"}) {
    if (const int error = folder.remove(name + ending)) {
      return outcome_of(error, path).map([&] { return name; });
    }
  }
  const base::Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  return outcome_of(file ? 0 : errno, path).map([&] { return name; });
}

Outcome<void> commit_replacement(const std::string& path, Folder& folder) {
  if (const int error = folder.rename(path + ".new", path + ".replacement")) {
    return outcome_of(error, path);
  }
  if (const int error = folder.sync(folder_of(path))) return outcome_of(error, path);
  return finish_replacement(path, folder);
}

Outcome<void> finish_replacement(const std::string& path, Folder& folder) {
  const std::string ready = path + ".replacement";
  if (::access(ready.c_str(), F_OK) != 0) return {};
  const std::string where = folder_of(path);
  for (const char* ending : {"-wal", "-shm", "-journal"}) {
    if (const int error = folder.remove(path + ending)) return outcome_of(error, path);
  }
  if (const int error = folder.sync(where)) return outcome_of(error, path);
  if (const int error = folder.rename(ready, path)) return outcome_of(error, path);
  return outcome_of(folder.sync(where), path);
}

}  // namespace stentor::store

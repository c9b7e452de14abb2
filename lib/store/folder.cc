// SPDX-License-Identifier: BSD-3-Clause
#include "store/folder.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

#include "base/descriptor.h"

namespace stentor::store {

int Folder::rename(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

int Folder::remove(const std::string& path) {
  return ::unlink(path.c_str()) == 0 || errno == ENOENT ? 0 : errno;
}

int Folder::sync(const std::string& folder) {
  const base::Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened && ::fsync(opened.number()) == 0 ? 0 : errno;
}

Folder& Folder::real() {
  static Folder folder;
  return folder;
}

}  // namespace stentor::store

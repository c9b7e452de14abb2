// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One process a database: a lock (flock) on a file beside it, which the kernel takes away when the
// process ends, however it ends. The file stays; its text is the last holder's process id.

#include <string>

#include "base/descriptor.h"
#include "base/error.h"

namespace stentor::store {

class LockFile {
 public:
  // Of the database at `path`: `path`.lock. An error names who has it, as far as that is known.
  static base::Result<LockFile> take(const std::string& path);

 private:
  explicit LockFile(base::Descriptor file) : file_(std::move(file)) {}

  base::Descriptor file_;
};

}  // namespace stentor::store

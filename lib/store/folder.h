// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is done to the names of files, as far as SQLite does not do it itself. A class, so that
// tests can lose what was not synced and fail where a disk would.

#include <string>

namespace stentor::store {

class Folder {
 public:
  virtual ~Folder() = default;

  // Each returns 0 or an error number (errno).
  virtual int rename(const std::string& from, const std::string& to);
  // What is not there is removed already.
  virtual int remove(const std::string& path);
  // Names that were made, changed or removed in the folder are on disk.
  virtual int sync(const std::string& folder);

  // The one of this process.
  static Folder& real();
};

}  // namespace stentor::store

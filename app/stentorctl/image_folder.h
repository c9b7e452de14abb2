// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A folder of boot files, walked and read by the rules of stentord's loader, one file in memory at
// a time.

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "exit_status.h"
#include "image/memory.h"
#include "image/tree.h"

namespace stentor::ctl {

struct ImageFolder {
  image::Tree tree;
  image::Listing listing;
};

base::Result<ImageFolder> open_folder(const std::string& folder);

class FolderReader {
 public:
  explicit FolderReader(const ImageFolder& folder);
  FolderReader(const FolderReader&) = delete;
  FolderReader& operator=(const FolderReader&) = delete;
  ~FolderReader();

  // Each readable file of the listing, by path. The bytes live for the call.
  void for_each(const std::function<void(const std::string& path, base::Bytes bytes)>& visit);

  // What the walk rejected, and after for_each() also what could not be read.
  [[nodiscard]] const std::vector<image::Rejected>& rejected() const { return rejected_; }

 private:
  bool grow(std::uint64_t bytes);

  const ImageFolder& folder_;
  std::vector<image::Rejected> rejected_;
  std::unique_ptr<image::Memory> memory_;
  base::MutableBytes space_;
};

// A file named on the command line, whole.
base::Result<std::string> read_text(const std::string& path);

// Says so on stderr.
ExitStatus fail(const base::Error& error);

}  // namespace stentor::ctl

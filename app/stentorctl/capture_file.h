// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A pcapng file that grows by whole blocks, so that it can be read whenever its writer ends, and
// that nobody but its owner may read.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/error.h"

namespace stentor::ctl {

class CaptureFile {
 public:
  // `path`: "-" is standard output. It is opened, and what was in it is gone, with the first bytes.
  explicit CaptureFile(std::string path) : path_(std::move(path)) {}

  // More of what the stentord sends, cut anywhere. An error is one sentence.
  base::Result<void> take(std::string_view bytes);

  [[nodiscard]] bool has_begun() const { return is_open_; }
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  // That found no room, as the stentord said last.
  [[nodiscard]] std::uint64_t lost() const { return lost_; }

 private:
  base::Result<void> open();
  base::Result<void> write(std::string_view blocks);
  void note(std::string_view block);

  const std::string path_;
  bool is_open_ = false;
  base::Descriptor file_{};  // none: standard output
  bool is_regular_ = false;
  std::int64_t end_ = 0;  // of the last whole block, in a regular file
  std::string unread_;    // the begin of a block
  std::uint64_t frames_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace stentor::ctl

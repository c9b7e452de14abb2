// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Writes a whole file or none: a stentord that loads meanwhile sees the old one or the new one.
// What is there and no regular file (a device, a FIFO) stays what it is, and is written into.

#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/error.h"

namespace stentor::ctl {

// "-", or any name of what standard output is, like /dev/stdout.
[[nodiscard]] bool is_standard_output(const std::string& path);

// False: errno says why, and a part of it may be there.
bool write_all(int file, std::string_view text);

// Where `path` is a symbolic link, the file that it leads to is written, there or not.
tl::expected<void, base::Error> write_output(const std::string& path, std::string_view text);

// The same piece by piece, for what is longer than memory should hold. What is not finished leaves
// a regular file as it was; into standard output, devices and FIFOs pieces go at once.
class OutputFile {
 public:
  static base::Result<OutputFile> open(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  ~OutputFile();

  base::Result<void> write(std::string_view text);
  // All of it is there. Nothing else may follow.
  base::Result<void> finish();

 private:
  explicit OutputFile(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] base::Result<void> outcome(bool done) const;
  bool open_beside();

  std::string path_;         // as it was named
  std::string beside_;       // the file that is written in the meantime; empty: there is none
  std::string end_;          // whose name it gets
  base::Descriptor file_{};  // none: standard output
};

}  // namespace stentor::ctl

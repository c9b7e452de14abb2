// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// stentor.yaml -> Settings, or every error in it at once. Control thread or command line only.

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/error.h"
#include "config/settings.h"

namespace stentor::config {

// One finding: where, the value as written, and what was expected. Lines and columns count from 1;
// 0 where the file as a whole is meant.
struct Diagnostic {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;

  // "stentor.yaml:12:15: dhcp.subnets[0].pools[1]: '10.2.0.9-10.2.0.3': the range ends before it
  // begins; ..."
  [[nodiscard]] std::string text() const;
};

using Diagnostics = std::vector<Diagnostic>;

// What this module cannot know of a device, like whether the build has its driver: a sentence that
// says what is wrong with it, or nothing.
using DeviceCheck = std::function<std::string(const DeviceSpec&)>;

// Where the files of dhcp.hosts come from. Without it none is read.
struct HostFiles {
  // The paths that a pattern stands for, in order; none: there are no such files.
  std::function<std::vector<std::string>(const std::string& pattern)> list;
  // A file's text; on failure a sentence without the path.
  std::function<base::Result<std::string>(const std::string& path)> read;
};

// `file_name` is for messages alone. What `check_device` says is one error among the others.
tl::expected<Settings, Diagnostics> parse_settings(std::string_view yaml,
                                                   std::string_view file_name,
                                                   const DeviceCheck& check_device = {},
                                                   const HostFiles& host_files = {});

// Reads and parses, the files of hosts too; a file that cannot be read, or is over 16 MiB, is a
// Diagnostic too.
tl::expected<Settings, Diagnostics> load_settings(const std::string& path,
                                                  const DeviceCheck& check_device = {});

}  // namespace stentor::config

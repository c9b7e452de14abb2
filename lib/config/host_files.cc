// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <glob.h>

#include "config/file_text.h"
#include "config/host_file.h"
#include "config/limit.h"

namespace stentor::config {
namespace {

std::vector<std::string> list(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): configurations are read by one thread at a time.
  if (glob(pattern.c_str(), GLOB_BRACE, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return paths;
}

base::Result<std::string> read(const std::string& path) {
  return read_file_text(path, "file of hosts", kHostFileBytesMax);
}

}  // namespace

std::vector<Report> read_host_files(const std::vector<HostPatternDraft>& patterns,
                                    const std::vector<ClientClass>& classes, const HostFiles& files,
                                    HostTable& table, Report& report) {
  std::vector<Report> reports;
  for (const HostPatternDraft& wanted : patterns) {
    const std::vector<std::string> paths = files.list(wanted.pattern);
    // A folder without hosts yet is right; a file that is named is meant.
    if (paths.empty() && wanted.pattern.find_first_of("*?[{") == std::string::npos) {
      report.add(*wanted.node, "there is no such file; create it, or remove the path");
    }
    for (const std::string& path : paths) {
      if (std::ranges::find(table.files, path) != table.files.end()) continue;
      if (table.files.size() == kHostFilesMax) {
        report.add(*wanted.node, "there are more than " + std::to_string(kHostFilesMax) +
                                     " files of hosts; join some");
        return reports;
      }
      table.files.push_back(path);
      Report& findings = reports.emplace_back(path);
      const auto text = files.read(path);
      if (text) {
        read_host_file(*text, classes, table, findings);
      } else {
        findings.add_at(0, 0, text.error().sentence);
      }
    }
  }
  return reports;
}

HostFiles system_host_files() { return {list, read}; }

}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A report of a storm on its way to a file. It is begun before the storm, since one that cannot be
// written must not cost a storm, and stands beside the file until it is whole: a storm that does
// not take place leaves the last one's report as it was.

#include <fstream>
#include <ostream>
#include <string>

#include "base/error.h"
#include "report.h"

namespace stentor::rig {

class ReportFile {
 public:
  using Write = void (*)(std::ostream&, const ReportInput&);

  ReportFile() = default;
  // Takes away what was begun and not written.
  ~ReportFile();
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  // Begins the report `path`; none if it is empty. What is there must be a regular file.
  base::Result<void> open(const std::string& path, Write writer);
  // Writes it, and puts it in the place of the file.
  base::Result<void> write(const ReportInput& input);

 private:
  std::string path_;    // as it was named
  std::string target_;  // where its links lead
  std::string beside_;  // what is written; empty: nothing is to be taken away
  Write write_ = nullptr;
  std::ofstream out_;
};

// Whether two names are of one file, which need not be there.
bool name_one_file(const std::string& one, const std::string& other);

}  // namespace stentor::rig

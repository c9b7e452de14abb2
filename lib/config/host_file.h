// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Files of hosts: comma-separated values as RFC 4180 has them, with a line of column names first.
// Empty lines and lines that begin with '#' are left out. README says what the columns are.

#include <string_view>
#include <vector>

#include "config/draft.h"
#include "config/parse.h"
#include "config/report.h"

namespace stentor::config {

// The file system's.
HostFiles system_host_files();

// Reads all files that `patterns` stand for, each once, into the table. What is wrong in a file is
// in its report, by table.files; that there is none, in `report`.
std::vector<Report> read_host_files(const std::vector<HostPatternDraft>& patterns,
                                    const std::vector<ClientClass>& classes, const HostFiles& files,
                                    HostTable& table, Report& report);

// Adds what stands in the text of one file to the table, under the last of table.files. What is
// wrong with a line is reported, and the line left out.
void read_host_file(std::string_view text, const std::vector<ClientClass>& classes,
                    HostTable& table, Report& report);

}  // namespace stentor::config

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Golden tables as text: a new case is a few lines, not code. Blank lines and lines that begin with
// '#' say nothing.
//
//   == A sentence that names the case
//   cites: the section of the standard, or the quirk of FEATURES.md, that asks for it
//   with: a line of configuration, for tables that say so (any number of them)
//   > what goes in, in words of the table's own
//   < what must come out
//   (any number of such pairs, one after the other, on the same state)

#include <string>
#include <vector>

namespace stentor::golden {

struct Step {
  std::vector<std::string> in;
  std::vector<std::string> out;
  int line = 0;  // of the input, for messages
};

struct Case {
  std::string name;
  std::string cites;
  std::string with;  // whole lines
  std::vector<Step> steps;
};

// Words are separated by blanks; a word may hold a text in double quotes. Ends the program with a
// message if the table is not well formed, or a case cites nothing.
std::vector<Case> read_table(const std::string& path);

}  // namespace stentor::golden

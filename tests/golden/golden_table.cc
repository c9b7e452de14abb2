// SPDX-License-Identifier: BSD-3-Clause
#include "golden/golden_table.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace stentor::golden {

namespace {

[[noreturn]] void fail(const std::string& path, int line, const char* what) {
  std::fprintf(stderr, "%s:%d: %s.\n", path.c_str(), line, what);
  std::exit(2);
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char character : text) {
    if (character == '"') quoted = !quoted;
    if (character == ' ' && !quoted) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += character;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace

std::vector<Case> read_table(const std::string& path) {
  std::ifstream file(path);
  std::vector<Case> cases;
  std::string line;
  int number = 0;
  while (std::getline(file, line)) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("== ")) {
      cases.push_back({line.substr(3), "", "", {}});
      continue;
    }
    if (cases.empty()) fail(path, number, "a line before the first case");
    Case& current = cases.back();
    const bool complete = current.steps.empty() || !current.steps.back().out.empty();
    if (line.starts_with("cites: ")) {
      current.cites = line.substr(7);
    } else if (line.starts_with("with: ")) {
      current.with += line.substr(6) + "\n";
    } else if (line.starts_with("> ") && complete) {
      current.steps.push_back({words_of(line.substr(2)), {}, number});
    } else if (line.starts_with("< ") && !current.steps.empty() && !complete) {
      current.steps.back().out = words_of(line.substr(2));
    } else {
      fail(path, number, "neither a case, a citation, nor the other half of a step");
    }
  }
  if (cases.empty()) fail(path, number, "no case in the table");
  for (const Case& read : cases) {
    if (read.cites.empty()) fail(path, number, (read.name + ": cites nothing").c_str());
    if (read.steps.empty() || read.steps.back().out.empty()) {
      fail(path, number, (read.name + ": has no complete step").c_str());
    }
  }
  return cases;
}

}  // namespace stentor::golden

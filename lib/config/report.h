// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Collects the findings about one file. Parsing goes on after each of them, so that an operator
// sees them all at once.

#include <string>
#include <string_view>

#include "config/document.h"
#include "config/parse.h"

namespace stentor::config {

class Report {
 public:
  explicit Report(std::string_view file) : file_(file) {}

  // "PATH: 'VALUE': SENTENCE", at the node; lists, mappings and keys have no value to show.
  void add(const Node& node, std::string_view sentence);
  void add_at(int line, int column, std::string message);

  [[nodiscard]] bool empty() const { return findings_.empty(); }
  // By place; of several findings with one place, the first stays first.
  Diagnostics take();

 private:
  std::string file_;
  Diagnostics findings_;
  std::size_t left_out_ = 0;
};

// `text` fit for a message: in single quotes, control characters escaped, cut at 64 characters.
std::string in_quotes(std::string_view text);

}  // namespace stentor::config

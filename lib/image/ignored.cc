// SPDX-License-Identifier: BSD-3-Clause
#include "image/ignored.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::image {

Ignored::Ignored(const std::vector<std::string>& globs) {
  for (const std::string& text : globs) {
    const auto glob = base::Glob::parse(text, base::PathCase::exact);
    CHECK(glob.has_value());
    rules_.push_back({*glob, text.find('/') != std::string::npos});
  }
}

bool Ignored::matches(std::string_view text) const {
  const bool is_path = text.find('/') != std::string_view::npos;
  return std::ranges::any_of(rules_, [&](const Rule& rule) {
    return rule.is_for_paths == is_path && rule.glob.match(text).has_value();
  });
}

bool Ignored::matches_any_part(std::string_view path) const {
  if (rules_.empty()) return false;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (matches(path.substr(begin, end - begin)) || matches(path.substr(0, end))) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace stentor::image

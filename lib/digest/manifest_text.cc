// SPDX-License-Identifier: BSD-3-Clause
#include "digest/manifest_text.h"

#include <algorithm>

namespace stentor::digest {

std::optional<std::string_view> LineReader::next() {
  if (rest_.empty()) return std::nullopt;
  ++number_;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

tl::unexpected<base::Error> LineReader::wrong(const std::string& what) const {
  return base::failure("line " + std::to_string(number_) + ": " + what + ".");
}

std::optional<std::string> catalogue_path(std::string_view written) {
  std::string path;
  while (!written.empty()) {
    const std::size_t end = std::min(written.find('/'), written.size());
    const std::string_view part = written.substr(0, end);
    written.remove_prefix(std::min(end + 1, written.size()));
    if (part.empty() || part == ".") continue;
    if (part == "..") return std::nullopt;
    if (!path.empty()) path += '/';
    path += part;
  }
  if (path.empty()) return std::nullopt;
  return path;
}

}  // namespace stentor::digest

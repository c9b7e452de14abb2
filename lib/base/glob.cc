// SPDX-License-Identifier: BSD-3-Clause
#include "base/glob.h"

#include <algorithm>

#include "base/check.h"

namespace stentor::base {

tl::expected<Glob, std::string_view> Glob::parse(std::string_view pattern, PathCase path_case) {
  CHECK(!pattern.empty() && pattern.size() <= kPathBytesMax);
  if (pattern.find("**") != std::string_view::npos) {
    return tl::unexpected<std::string_view>("one * is enough, it stands for any bytes, '/' too");
  }
  Glob glob(path_case);
  glob.pattern_bytes_ = pattern.size();
  std::transform(pattern.begin(), pattern.end(), glob.pattern_.begin(),
                 [&](char c) { return glob.read(c); });
  glob.stars_ = static_cast<std::size_t>(std::count(pattern.begin(), pattern.end(), '*'));
  if (glob.stars_ > kGlobStarsMax) return tl::unexpected<std::string_view>("it has more than 9 *");

  const std::string_view folded = glob.pattern();
  const std::size_t first = folded.find('*');
  glob.prefix_bytes_ = std::min(first, folded.size());
  if (first == std::string_view::npos) return glob;
  const std::size_t last = folded.rfind('*');
  glob.suffix_bytes_ = folded.size() - last - 1;
  if (last - first > kGlobInnerBytesMax + glob.stars_ - 1) {
    return tl::unexpected<std::string_view>("its first and last * are more than 64 bytes apart");
  }
  std::size_t bit = 0;
  std::string_view rest = folded.substr(first + 1, last - first);  // parts, a '*' behind each
  for (std::size_t part = 0; !rest.empty(); ++part) {
    const std::size_t bytes = rest.find('*');
    glob.inner_[part].bit = static_cast<std::uint8_t>(bit);
    glob.accept(rest.substr(0, bytes), glob.inner_[part]);
    bit += bytes;
    rest.remove_prefix(bytes + 1);
  }
  return glob;
}

void Glob::accept(std::string_view inner, Inner& place) {
  place.bytes = static_cast<std::uint8_t>(inner.size());
  std::uint64_t bit = std::uint64_t{1} << place.bit;
  for (const char expected : inner) {
    if (expected == '?') {
      for (std::uint64_t& bits : accepted_) bits |= bit;
    } else {
      accepted_[static_cast<std::uint8_t>(expected)] |= bit;
    }
    bit <<= 1;
  }
}

std::size_t Glob::captures() const {
  const auto wildcards =
      std::ranges::count_if(pattern(), [](char c) { return c == '*' || c == '?'; });
  return std::min(static_cast<std::size_t>(wildcards), kGlobCapturesMax);
}

GlobCaptures Glob::captured(const StarBytes& star_bytes) const {
  GlobCaptures result{};
  std::size_t at = 0;
  std::size_t star = 0;
  std::size_t wildcard = 0;
  for (const char c : pattern()) {
    const std::size_t bytes = c == '*' ? star_bytes[star++] : 1;
    const bool is_wildcard = c == '*' || c == '?';
    if (is_wildcard && wildcard < result.size()) result[wildcard++] = {at, bytes};
    at += bytes;
  }
  return result;
}

}  // namespace stentor::base

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A pattern of paths: '*' stands for any run of bytes, an empty one too, '?' for one byte, and both
// for '/' as for any other. Every other byte stands for itself. Made at start; matched on any
// thread without allocation, and in linear time: whatever pattern and text, no byte of the text is
// read twice.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "base/path.h"

namespace stentor::base {

// A pattern's '*'; and the wildcards, of either kind, whose matches are remembered: {1} to {9}.
inline constexpr std::size_t kGlobStarsMax = 9;
inline constexpr std::size_t kGlobCapturesMax = 9;
// Between a pattern's first and last '*', other '*' apart: a bit each in one word.
inline constexpr std::size_t kGlobInnerBytesMax = 64;

// What the wildcards of a pattern, from the left, stand for in a text: `bytes` of it from `at` on.
struct GlobCapture {
  std::size_t at = 0;
  std::size_t bytes = 0;
};
using GlobCaptures = std::array<GlobCapture, kGlobCapturesMax>;

class Glob {
 public:
  // `pattern`: 1 to kPathBytesMax bytes, normalised as paths are. An error says what is wrong with
  // it.
  static tl::expected<Glob, std::string_view> parse(std::string_view pattern, PathCase path_case);

  // Its wildcards that have a number; those behind the ninth have none.
  [[nodiscard]] std::size_t captures() const;

  // nullopt: no match. Of several ways to match, every '*' but the last takes as few bytes as it
  // can, from the left. A Text has size() and operator[]: a string_view, but for the test that
  // counts what is read.
  template <typename Text>
  [[nodiscard]] std::optional<GlobCaptures> match(const Text& text) const;

 private:
  // Bytes of the pattern between two '*', and their first bit in accepted_.
  struct Inner {
    std::uint8_t bytes = 0;
    std::uint8_t bit = 0;
  };
  using StarBytes = std::array<std::size_t, kGlobStarsMax>;

  explicit Glob(PathCase path_case) : path_case_(path_case) {}

  [[nodiscard]] std::string_view pattern() const { return {pattern_.data(), pattern_bytes_}; }
  [[nodiscard]] char read(char c) const { return fold(c, path_case_); }
  void accept(std::string_view inner, Inner& place);
  [[nodiscard]] GlobCaptures captured(const StarBytes& star_bytes) const;
  // Whether `part` of the pattern, without '*', matches the text's bytes from `at` on.
  template <typename Text>
  [[nodiscard]] bool matches_at(std::string_view part, const Text& text, std::size_t at) const;
  // The end of the first match of `inner` in the text's bytes [at, end); nullopt if there is none.
  template <typename Text>
  [[nodiscard]] std::optional<std::size_t> find_end(const Inner& inner, const Text& text,
                                                    std::size_t at, std::size_t end) const;

  PathCase path_case_;
  PathBuffer pattern_{};  // folded
  std::size_t pattern_bytes_ = 0;
  std::size_t stars_ = 0;
  std::size_t prefix_bytes_ = 0;  // before the first '*'; all of a pattern that has none
  std::size_t suffix_bytes_ = 0;  // behind the last
  std::array<Inner, kGlobStarsMax - 1> inner_{};
  // By byte: a bit for each byte of the pattern between the first and the last '*' that it matches.
  std::array<std::uint64_t, 256> accepted_{};
};

template <typename Text>
std::optional<GlobCaptures> Glob::match(const Text& text) const {
  const std::size_t size = text.size();
  if (size < prefix_bytes_ + suffix_bytes_) return std::nullopt;
  if (stars_ == 0 && size != prefix_bytes_) return std::nullopt;
  const std::size_t end = size - suffix_bytes_;
  if (!matches_at(pattern().substr(0, prefix_bytes_), text, 0)) return std::nullopt;
  if (!matches_at(pattern().substr(pattern_bytes_ - suffix_bytes_), text, end)) return std::nullopt;

  // The first match of each part leaves the next ones the most to choose from: no way back is
  // needed.
  StarBytes star_bytes{};
  std::size_t at = prefix_bytes_;
  for (std::size_t star = 0; star + 1 < stars_; ++star) {
    const auto found = find_end(inner_[star], text, at, end);
    if (!found) return std::nullopt;
    star_bytes[star] = *found - inner_[star].bytes - at;
    at = *found;
  }
  if (stars_ != 0) star_bytes[stars_ - 1] = end - at;
  return captured(star_bytes);
}

template <typename Text>
bool Glob::matches_at(std::string_view part, const Text& text, std::size_t at) const {
  for (const char expected : part) {
    const char c = text[at++];
    if (expected != '?' && expected != read(c)) return false;
  }
  return true;
}

// Shift-And (Baeza-Yates and Gonnet, "A new approach to text searching", 1992): a bit of `state`
// says that the pattern up to its byte ends here. Bits of other parts are never set: `last` is
// looked at before anything is shifted past it.
template <typename Text>
std::optional<std::size_t> Glob::find_end(const Inner& inner, const Text& text, std::size_t at,
                                          std::size_t end) const {
  const std::uint64_t first = std::uint64_t{1} << inner.bit;
  const std::uint64_t last = first << (inner.bytes - 1);
  std::uint64_t state = 0;
  while (at < end) {
    const char c = read(text[at++]);
    state = (state << 1 | first) & accepted_[static_cast<std::uint8_t>(c)];
    if ((state & last) != 0) return at;
  }
  return std::nullopt;
}

}  // namespace stentor::base

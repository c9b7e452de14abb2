// SPDX-License-Identifier: BSD-3-Clause
#include "config/near_miss.h"

#include <algorithm>
#include <vector>

#include "base/path.h"

namespace stentor::config {
namespace {

constexpr std::size_t kWordBytesMax = 64;
constexpr std::size_t kAbbreviationBytesMin = 3;

// Damerau's distance, restricted: no letter is touched twice.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
  }
  return row[b.size()];
}

// '_' and '-' are mistaken for each other more often than any two letters, and so is case.
std::string folded(std::string_view word) {
  std::string out(word);
  for (char& letter : out) {
    if (letter == '_' || letter == ' ') letter = '-';
    letter = base::fold(letter, base::PathCase::folded);
  }
  return out;
}

}  // namespace

std::string_view find_near_miss(std::string_view word, std::span<const std::string_view> known) {
  if (word.size() > kWordBytesMax) return {};
  const std::string meant = folded(word);
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, meant.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    // An abbreviation counts as one slip, however much it leaves out.
    const bool abbreviated = meant.size() >= kAbbreviationBytesMin && candidate.starts_with(meant);
    const std::size_t distance = abbreviated ? 1 : edit_distance(meant, folded(candidate));
    if (distance >= best_distance || distance >= candidate.size()) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

std::string enumerate(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (at > 0) out += at + 1 == words.size() ? " and " : ", ";
    out += words[at];
  }
  return out;
}

}  // namespace stentor::config

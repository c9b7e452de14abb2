// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// File names that the machines of one core ask for: those of the script, and those that ACKs name.
// Each text is kept once, beside the file that it should bring. One thread; storage is taken at
// start; views stay good.

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "storm/reference.h"
#include "storm/scenario.h"

namespace stentor::storm {

inline constexpr std::uint32_t kNoName = UINT32_MAX;

class NameTable {
 public:
  // `names_max` different names.
  NameTable(const Reference& reference, std::uint32_t names_max);

  // kNoName: it is empty or too long, or there are too many.
  std::uint32_t intern(std::string_view name);

  [[nodiscard]] std::string_view text(std::uint32_t name) const { return entries_[name].text; }
  // nullptr: nothing to compare with.
  [[nodiscard]] const ReferenceFile* file(std::uint32_t name) const { return entries_[name].file; }

 private:
  struct Entry {
    std::string_view text;
    const ReferenceFile* file = nullptr;
  };

  const Reference& reference_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // hashed: entry + 1, 0 for free; at most half full
  std::unique_ptr<char[]> texts_;     // kNameBytesMax for each entry
  std::uint32_t count_ = 0;
};

}  // namespace stentor::storm

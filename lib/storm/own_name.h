// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The names that machines of one core ask for where each asks for its own: one a machine at a time,
// beside the file that it should bring. One thread; storage is taken at start; the view of a
// machine's name is good until its next one is made.

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "storm/reference.h"

namespace stentor::storm {

class OwnNames {
 public:
  // `bytes_max` of one name; 0: no machine has a name of its own, and nothing is taken.
  OwnNames(const Reference& reference, std::uint32_t machines, std::size_t bytes_max)
      : reference_(reference),
        bytes_max_(bytes_max),
        files_(bytes_max == 0 ? 0 : machines),
        texts_(std::make_unique_for_overwrite<char[]>(files_.size() * bytes_max)) {}

  // Where the machine's next name is written.
  [[nodiscard]] std::span<char> room(std::uint32_t machine) {
    return {texts_.get() + machine * bytes_max_, bytes_max_};
  }
  // That many bytes of room() are its name.
  std::string_view keep(std::uint32_t machine, std::size_t bytes) {
    CHECK(bytes <= bytes_max_);
    const std::string_view name(room(machine).data(), bytes);
    files_[machine] = reference_.find(name);
    return name;
  }
  // nullptr: nothing to compare with.
  [[nodiscard]] const ReferenceFile* file(std::uint32_t machine) const { return files_[machine]; }

 private:
  const Reference& reference_;
  const std::size_t bytes_max_;
  std::vector<const ReferenceFile*> files_;
  std::unique_ptr<char[]> texts_;
};

}  // namespace stentor::storm

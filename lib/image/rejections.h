// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is not served now, and why, for whoever asks: kept beside what is known of each file, and
// handed on whole when it has changed.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "image/tree.h"

namespace stentor::image {

struct RejectedFiles {
  std::vector<Rejected> rows;  // by path; of very many, the first
  std::uint64_t count = 0;
};

class Rejections {
 public:
  // Of more, the rest is a count: a list that nobody reads through.
  static constexpr std::size_t kRowsMax = 1000;

  // An empty reason: it is served, or gone.
  void set(const std::string& path, const std::string& reason);
  // What there is has been told already.
  void note_told() { has_changed_ = false; }
  // nullptr: as it was the last time.
  std::shared_ptr<const RejectedFiles> take();

 private:
  std::map<std::string, std::string> reasons_;
  bool has_changed_ = false;
};

RejectedFiles make_rejected_files(const std::vector<Rejected>& all);

}  // namespace stentor::image

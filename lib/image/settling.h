// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Paths at which something has happened, until it is time to look: when nothing more has happened
// for a while, because a file that is being written is no boot file yet. A file that was renamed
// into place is complete, and is looked at as soon as its neighbours, renamed at the same time, are
// there too.
//
// Threads: none of its own.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"

namespace stentor::image {

class Settling {
 public:
  // Changes of so short a time are one.
  static constexpr base::Duration kGather = std::chrono::milliseconds{20};

  explicit Settling(base::Duration settle) : settle_(settle) {}

  // Something is going on: not before it has been quiet.
  void disturb(const std::string& path, base::Time now);
  // It is complete: soon, whatever comes of the kind.
  void complete(const std::string& path, base::Time now);
  // It may be otherwise than known: changes nothing for a path that waits already.
  void doubt(const std::string& path, base::Time now);
  // In so long, whatever has happened before.
  void retry(const std::string& path, base::Time at);

  // Up to `count_max` of those whose time has come, and no longer waiting.
  std::vector<std::string> take(base::Time now, std::size_t count_max);
  // nullopt: nothing waits.
  [[nodiscard]] std::optional<base::Time> next() const;
  [[nodiscard]] std::size_t size() const { return due_.size(); }

 private:
  struct Due {
    base::Time at;
    bool is_complete = false;
  };

  void set(const std::string& path, const Due& due);

  const base::Duration settle_;
  std::map<std::string, Due> due_;
  std::set<std::pair<base::Time, std::string>> order_;  // the same, by time
};

}  // namespace stentor::image

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a running storm has come to, as text: a bar for each stage on a terminal, redrawn in place;
// one line a second where there is none. Text is made from plain figures, so that it is tested
// without a storm.

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "base/clock.h"

namespace stentor::rig {

struct StageProgress {
  std::string name;  // "file initrd"; of one of several groups: "bios: file initrd"
  std::uint64_t machines = 0;
  std::uint64_t begun = 0;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  std::uint64_t p50 = 0;  // ns, of those that passed
  std::uint64_t p99 = 0;
};

struct Progress {
  base::Duration elapsed{};
  std::uint64_t machines = 0;
  std::uint64_t powered_on = 0;
  std::uint64_t booted = 0;
  std::uint64_t failed = 0;
  std::uint64_t leases = 0;  // ACKs of DHCP
  std::uint64_t data_frames = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t resends = 0;
  std::vector<StageProgress> stages;
};

// At most `rows` lines of at most `columns` characters; stages that have no room are counted in the
// last one. `before`: what was known a while ago, for rates.
std::vector<std::string> progress_lines(const Progress& now, const Progress& before,
                                        std::size_t columns, std::size_t rows);
std::string progress_line(const Progress& now, const Progress& before);

class ProgressPrinter {
 public:
  // Draws bars if `out` is a terminal.
  explicit ProgressPrinter(std::FILE* out);

  // How often show() is worth a call.
  [[nodiscard]] base::Duration period() const;
  // `is_last`: the storm is over; where there is no terminal, what the last line has said already
  // is not said again.
  void show(const Progress& now, bool is_last = false);

 private:
  std::FILE* out_;
  bool terminal_;
  Progress before_;
  std::size_t lines_drawn_ = 0;
};

}  // namespace stentor::rig

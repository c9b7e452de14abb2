// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The highest rate that holds, by trials: doubled from a low one until a trial does not hold (or
// halved, if the first does not), then halved on a logarithmic scale until the two are within a
// twentieth of each other. Pure: the caller does the trials.

#include <optional>

namespace stentor::rig {

class RateSearch {
 public:
  static constexpr double kFirst = 100;   // a second
  static constexpr double kLowest = 0.5;  // below it nothing holds
  static constexpr double kPrecision = 1.05;

  // The rate of the next trial; nothing when the search is over.
  [[nodiscard]] std::optional<double> next() const;
  void note(double rate, bool held);
  // No trial above `rate` can be made: the search ends with what has held.
  void stop() { stopped_ = true; }

  // The highest rate that held; 0: none.
  [[nodiscard]] double highest() const { return held_; }

 private:
  double held_ = 0;
  std::optional<double> failed_;  // the lowest rate that did not hold
  bool stopped_ = false;
};

}  // namespace stentor::rig

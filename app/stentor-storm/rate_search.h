// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The highest rate that holds, by trials: doubled from a low one until a trial does not hold (or
// halved, if the first does not), then halved on a logarithmic scale until the two are within a
// twentieth of each other. Pure: the caller does the trials.
//
// A rate that the rig cannot offer does not hold either, whoever would be able to serve it: what is
// found below it is a bound of the rig's.

#include <optional>

namespace stentor::rig {

class RateSearch {
 public:
  static constexpr double kFirst = 100;   // a second
  static constexpr double kLowest = 0.5;  // below it nothing holds
  static constexpr double kPrecision = 1.05;

  // The rate of the next trial; nothing when the search is over.
  [[nodiscard]] std::optional<double> next() const;
  enum class Trial { held, lost, rig_short };
  void note(double rate, Trial trial);

  // The highest rate that held; 0: none.
  [[nodiscard]] double highest() const { return held_; }
  // The lowest rate that did not hold; nothing: each that was tried held.
  [[nodiscard]] std::optional<double> lowest_failed() const { return failed_; }
  // The next rate above it that was tried was more than the rig could offer.
  [[nodiscard]] bool is_rigs_limit() const { return failed_ && rig_was_short_; }

 private:
  double held_ = 0;
  std::optional<double> failed_;  // the lowest rate that did not hold
  bool rig_was_short_ = false;    // in that trial
};

}  // namespace stentor::rig

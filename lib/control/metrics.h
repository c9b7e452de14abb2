// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Figures for Prometheus: families of samples, and the text that its server reads
// (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/histogram.h"

namespace stentor::control {

struct MetricSample {
  // Of a histogram: how many values are not above `bound`.
  struct Bucket {
    double bound = 0;
    std::uint64_t count = 0;
  };

  std::vector<std::pair<std::string, std::string>> labels{};
  double value = 0;               // exact up to 2^53; of a histogram: the sum of its values
  std::vector<Bucket> buckets{};  // bounds ascending; the last one is infinite
};

struct MetricFamily {
  enum class Kind : std::uint8_t { counter, gauge, histogram };

  std::string name;  // "stentor_frames_received_total"
  std::string help;
  Kind kind = Kind::counter;
  std::vector<MetricSample> samples{};
};

// Durations that were counted in nanoseconds, in seconds: buckets end at the powers of two of a
// nanosecond from 2^`first` to 2^`last`.
MetricSample histogram_of(const base::Histogram& durations, unsigned first, unsigned last);

inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

std::string metrics_text(const std::vector<MetricFamily>& families);

}  // namespace stentor::control

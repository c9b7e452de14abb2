// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Figures for Prometheus: families of samples, and the text that its server reads
// (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace stentor::control {

struct MetricSample {
  std::vector<std::pair<std::string, std::string>> labels{};
  double value = 0;  // exact up to 2^53
};

struct MetricFamily {
  enum class Kind : std::uint8_t { counter, gauge };

  std::string name;  // "stentor_frames_received_total"
  std::string help;
  Kind kind = Kind::counter;
  std::vector<MetricSample> samples{};
};

inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

std::string metrics_text(const std::vector<MetricFamily>& families);

}  // namespace stentor::control

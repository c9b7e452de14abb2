// SPDX-License-Identifier: BSD-3-Clause
#include "control/metrics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace stentor::control {

namespace {

prometheus::MetricType type_of(MetricFamily::Kind kind) {
  switch (kind) {
    case MetricFamily::Kind::counter:
      return prometheus::MetricType::Counter;
    case MetricFamily::Kind::gauge:
      return prometheus::MetricType::Gauge;
    case MetricFamily::Kind::histogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

// As all of the kinds that it may be; the family's type says which is read.
void fill_in(prometheus::ClientMetric& metric, const MetricSample& sample) {
  metric.counter.value = sample.value;
  metric.gauge.value = sample.value;
  metric.histogram.sample_sum = sample.value;
  if (!sample.buckets.empty()) metric.histogram.sample_count = sample.buckets.back().count;
  for (const MetricSample::Bucket& bucket : sample.buckets) {
    metric.histogram.bucket.push_back(
        {.cumulative_count = bucket.count, .upper_bound = bucket.bound});
  }
  for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
}

prometheus::MetricFamily native(const MetricFamily& family) {
  prometheus::MetricFamily made{
      .name = family.name, .help = family.help, .type = type_of(family.kind), .metric = {}};
  for (const MetricSample& sample : family.samples) fill_in(made.metric.emplace_back(), sample);
  return made;
}

}  // namespace

// What a bucket of `durations` holds is all below a power of two, or all from there on.
MetricSample histogram_of(const base::Histogram& durations, unsigned first, unsigned last) {
  constexpr double kNanosecond = 1e-9;
  MetricSample sample{.value = static_cast<double>(durations.sum()) * kNanosecond};
  for (unsigned power = first; power <= last; ++power) {
    sample.buckets.push_back({std::ldexp(kNanosecond, static_cast<int>(power)), 0});
  }
  sample.buckets.push_back({std::numeric_limits<double>::infinity(), 0});
  durations.for_each([&](std::uint64_t lowest, std::uint64_t /*highest*/, std::uint64_t count) {
    const auto power = static_cast<unsigned>(std::bit_width(lowest));
    sample.buckets[std::clamp(power, first, last + 1) - first].count += count;
  });
  for (std::size_t i = 1; i < sample.buckets.size(); ++i) {
    sample.buckets[i].count += sample.buckets[i - 1].count;
  }
  return sample;
}

std::string metrics_text(const std::vector<MetricFamily>& families) {
  std::vector<prometheus::MetricFamily> all;
  all.reserve(families.size());
  for (const MetricFamily& family : families) all.push_back(native(family));
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#include "control/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace stentor::control {

namespace {

prometheus::MetricFamily native(const MetricFamily& family) {
  const bool is_counter = family.kind == MetricFamily::Kind::counter;
  prometheus::MetricFamily made{
      .name = family.name,
      .help = family.help,
      .type = is_counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge,
      .metric = {}};
  for (const MetricSample& sample : family.samples) {
    prometheus::ClientMetric& metric = made.metric.emplace_back();
    (is_counter ? metric.counter.value : metric.gauge.value) = sample.value;
    for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
  }
  return made;
}

}  // namespace

std::string metrics_text(const std::vector<MetricFamily>& families) {
  std::vector<prometheus::MetricFamily> all;
  all.reserve(families.size());
  for (const MetricFamily& family : families) all.push_back(native(family));
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
// Goal: figures reach Prometheus in the text that it reads, every name with its help and type.
#include "control/metrics.h"

#include <gtest/gtest.h>

namespace stentor::control {
namespace {

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
  const std::string text =
      metrics_text({{"stentor_drops_total",
                     "Frames that were dropped.",
                     MetricFamily::Kind::counter,
                     {{{{"reason", "dhcp_overload"}}, 7}, {{{"reason", "vlan_unknown"}}, 0}}},
                    {"stentor_images", "Files.", MetricFamily::Kind::gauge, {{.value = 3}}}});
  EXPECT_EQ(text,
            "# HELP stentor_drops_total Frames that were dropped.\n"
            "# TYPE stentor_drops_total counter\n"
            "stentor_drops_total{reason=\"dhcp_overload\"} 7\n"
            "stentor_drops_total{reason=\"vlan_unknown\"} 0\n"
            "# HELP stentor_images Files.\n"
            "# TYPE stentor_images gauge\n"
            "stentor_images 3\n");
}

TEST(Metrics, KeepWholeNumbersWhole) {
  constexpr std::uint64_t kBytes = 1'234'567'890'123'456;
  const std::string text = metrics_text({{"stentor_sent_bytes_total",
                                          "Bytes.",
                                          MetricFamily::Kind::counter,
                                          {{.value = static_cast<double>(kBytes)}}}});
  const std::string line = text.substr(text.rfind("stentor_sent_bytes_total"));
  EXPECT_EQ(std::stod(line.substr(line.find(' '))), static_cast<double>(kBytes)) << line;
}

TEST(Metrics, HaveHistogramsInSecondsWhoseBucketsGrow) {
  base::Histogram durations;
  constexpr std::uint64_t kPower = 1 << 20;
  durations.add(1);
  durations.add(kPower - 1, 2);
  durations.add(kPower);
  durations.add(std::uint64_t{1} << 40);
  MetricSample sample = histogram_of(durations, 20, 22);
  sample.labels = {{"worker", "0"}};
  ASSERT_EQ(sample.buckets.size(), 4u);
  EXPECT_DOUBLE_EQ(sample.buckets[0].bound, 0.001048576);
  EXPECT_EQ(sample.buckets[0].count, 3u);
  EXPECT_EQ(sample.buckets[1].count, 4u);
  EXPECT_EQ(sample.buckets[2].count, 4u);
  EXPECT_EQ(sample.buckets[3].count, 5u);
  EXPECT_NEAR(sample.value, 1099.5, 0.1);
  const std::string text = metrics_text(
      {{"stentor_transfer_seconds", "Transfers.", MetricFamily::Kind::histogram, {sample}}});
  for (const char* line :
       {"# TYPE stentor_transfer_seconds histogram\n",
        "stentor_transfer_seconds_count{worker=\"0\"} 5\n",
        "stentor_transfer_seconds_bucket{worker=\"0\",le=\"+Inf\"} 5\n",
        "stentor_transfer_seconds_bucket{worker=\"0\",le=\"0.004194304\"} 4\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << text;
  }
}

TEST(Metrics, OfNothingHaveEmptyBuckets) {
  const MetricSample sample = histogram_of(base::Histogram(), 13, 32);
  EXPECT_EQ(sample.buckets.size(), 21u);
  EXPECT_EQ(sample.buckets.back().count, 0u);
}

// A name of a port may hold what ends a label.
TEST(Metrics, EscapeLabels) {
  const std::string text = metrics_text(
      {{"stentor_port_up", "Up.", MetricFamily::Kind::gauge, {{{{"port", "a\"b\\c\n"}}, 1}}}});
  EXPECT_NE(text.find("port=\"a\\\"b\\\\c\\n\""), std::string::npos) << text;
}

}  // namespace
}  // namespace stentor::control

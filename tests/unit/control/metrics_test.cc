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

// A name of a port may hold what ends a label.
TEST(Metrics, EscapeLabels) {
  const std::string text = metrics_text(
      {{"stentor_port_up", "Up.", MetricFamily::Kind::gauge, {{{{"port", "a\"b\\c\n"}}, 1}}}});
  EXPECT_NE(text.find("port=\"a\\\"b\\\\c\\n\""), std::string::npos) << text;
}

}  // namespace
}  // namespace stentor::control

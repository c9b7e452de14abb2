// SPDX-License-Identifier: BSD-3-Clause
#include "plot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stentor::rig {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TimePlot plot_of(std::vector<double> times, std::vector<double> values, TimePlot::Shape shape) {
  TimePlot plot;
  plot.id = "p";
  plot.title = "Plot";
  plot.times = std::move(times);
  plot.shape = shape;
  plot.series = {{"booted", "booted", std::move(values), true}};
  return plot;
}

// Goal: a line runs through its values: left to right, 0 at the bottom, the highest tick at the
// top.
TEST(Plot, ALineRunsThroughItsValues) {
  TimePlot plot = plot_of({0, 1, 2}, {0, 50, 100}, TimePlot::Shape::line);
  plot.height = 200;
  const std::string text = time_plot(plot);
  EXPECT_THAT(text,
              HasSubstr("<path class=\"line booted\" d=\"M0.0 200.0L500.0 100.0L1000.0 0.0\"/>"));
  EXPECT_THAT(text, HasSubstr("class=\"area booted\""));
}

// Goal: a rate holds for its whole interval, and the value under the pointer is that of its middle.
TEST(Plot, AStepHoldsForItsInterval) {
  TimePlot plot = plot_of({0, 1, 2}, {100, 50}, TimePlot::Shape::step);
  plot.height = 200;
  const std::string text = time_plot(plot);
  EXPECT_THAT(text, HasSubstr("d=\"M0.0 0.0L500.0 0.0L500.0 100.0L1000.0 100.0\"/>"));
  EXPECT_THAT(text, HasSubstr("data-points=\"250|500 ms|100;750|1.50 s|50\""));
}

// Goal: where there are several lines there is a legend; where there is one, the title says it.
TEST(Plot, OnlySeveralSeriesHaveALegend) {
  TimePlot plot = plot_of({0, 1}, {0, 1}, TimePlot::Shape::line);
  EXPECT_THAT(time_plot(plot), Not(HasSubstr("legend")));
  plot.series.push_back({"failed", "failed", {0, 0}, false});
  EXPECT_THAT(time_plot(plot), HasSubstr("</svg>failed</li>"));
  EXPECT_THAT(time_plot(plot), HasSubstr("data-names=\"booted|failed\""));
}

// Goal: a storm without a single interval still makes a plot.
TEST(Plot, NothingIsDrawnOfNothing) {
  const std::string text = time_plot(plot_of({0}, {}, TimePlot::Shape::step));
  EXPECT_THAT(text, Not(HasSubstr("<path")));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
  const base::Histogram none;
  EXPECT_THAT(latency_plot({"l", "Boot", "power-on to booted", none}),
              HasSubstr("Nothing was measured."));
}

// Goal: every sample is in one bar, and the bars are few however wide the distribution is.
TEST(Plot, BarsHoldAllSamples) {
  base::Histogram histogram;
  for (std::uint64_t ns = 1; ns < 1'000'000'000'000; ns = ns * 9 / 8 + 1) histogram.add(ns, 10);
  const std::string text = latency_plot({"l", "Boot", "power-on to booted", histogram});
  const std::size_t begin = text.find("data-points=\"") + 13;
  std::string points = text.substr(begin, text.find('"', begin) - begin);
  std::uint64_t samples = 0;
  std::size_t bars = 0;
  for (points += ';'; !points.empty(); points.erase(0, points.find(';') + 1), ++bars) {
    std::size_t field = points.find('|');
    field = points.find('|', field + 1);
    std::string count = points.substr(field + 1, points.find('|', field + 1) - field - 1);
    std::erase(count, ',');
    samples += std::stoull(count);
  }
  EXPECT_EQ(samples, histogram.count());
  EXPECT_LE(bars, 80U);
}

// Goal: a histogram of one value has both its percentiles there.
TEST(Plot, OneSampleMakesABarAndTwoMarks) {
  base::Histogram histogram;
  histogram.add(2'000'000);
  const std::string text = latency_plot({"l", "Offer", "DISCOVER to OFFER", histogram});
  EXPECT_THAT(text, HasSubstr("p50 2.00 ms"));
  EXPECT_THAT(text, HasSubstr("p99 2.00 ms"));
  EXPECT_THAT(text, HasSubstr("1 samples; half within 2.00 ms"));
}

// Goal: one failure of a million can be seen, and the bar is never longer than the whole.
TEST(Plot, ShareBarsShowASingleFailure) {
  EXPECT_THAT(share_bar(999'999, 1, 1'000'000),
              HasSubstr("<rect class=\"fill failed\" x=\"98.00%\" width=\"2.00%\""));
  EXPECT_THAT(share_bar(10, 0, 10), HasSubstr("width=\"0.00%\""));
  EXPECT_THAT(share_bar(0, 0, 0), Not(HasSubstr("nan")));
}

// Goal: the range of a stage lies on the axis that its group shares.
TEST(Plot, RangeBarsFollowTheSharedAxis) {
  base::Histogram histogram;
  histogram.add(10'000'000);
  const Axis axis = logarithmic_axis(1e-3, 1e-1, 4);
  EXPECT_THAT(range_bar(histogram, axis), HasSubstr("cx=\"50.0"));
  EXPECT_EQ(range_bar(base::Histogram{}, axis), "");
}

}  // namespace
}  // namespace stentor::rig

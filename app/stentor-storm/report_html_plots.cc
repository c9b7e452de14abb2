// SPDX-License-Identifier: BSD-3-Clause
#include "report_html_plots.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <vector>

#include "plot.h"
#include "report_figures.h"
#include "report_html.h"
#include "storm/figure_text.h"

namespace stentor::rig {
namespace {

// How many intervals of the timeline become one point.
std::size_t joined_intervals(const storm::Result& result) {
  return std::max<std::size_t>(1, (result.timeline.size() + kTimelineShown - 1) / kTimelineShown);
}

// The ends of what was joined, from 0.
std::vector<double> times_of(const storm::Result& result) {
  std::vector<double> times = {0};
  const std::size_t joined = joined_intervals(result);
  for (std::size_t at = 0; at < result.timeline.size(); at += joined) {
    const std::size_t end = std::min(at + joined, result.timeline.size());
    times.push_back(static_cast<double>(end) * seconds_of(result.interval));
  }
  return times;
}

// What `field` came to in each of them.
template <typename Field>
std::vector<double> sums_of(const storm::Result& result, Field field) {
  std::vector<double> sums;
  for (std::size_t at = 0; at < result.timeline.size(); ++at) {
    if (at % joined_intervals(result) == 0) sums.push_back(0);
    sums.back() += static_cast<double>(result.timeline[at].*field);
  }
  return sums;
}

template <typename Field>
std::vector<double> totals_of(const storm::Result& result, Field field) {
  std::vector<double> totals = sums_of(result, field);
  std::partial_sum(totals.begin(), totals.end(), totals.begin());
  totals.insert(totals.begin(), 0);
  return totals;
}

template <typename Field>
std::vector<double> rates_of(const storm::Result& result, Field field) {
  std::vector<double> rates = sums_of(result, field);
  const std::vector<double> times = times_of(result);
  for (std::size_t at = 0; at < rates.size(); ++at) {
    const double seconds = times[at + 1] - times[at];
    rates[at] = seconds > 0 ? rates[at] / seconds : 0;
  }
  return rates;
}

std::string each_point(const storm::Result& result) {
  return storm::duration_words(result.interval *
                               static_cast<std::int64_t>(joined_intervals(result)));
}

std::uint64_t count_of(const storm::Result& result, storm::Count count) {
  return result.counts[static_cast<std::size_t>(count)];
}

}  // namespace

std::string machines_over_time(const ReportInput& input) {
  using storm::Interval;
  const storm::Result& result = input.result;
  TimePlot plot;
  plot.id = "machines";
  plot.title = "Machines";
  plot.description = fmt::format(
      "How many machines were powered on, held an address, had booted and had failed at each time: "
      "in the end {} of {} had booted, after {}.",
      storm::grouped(result.booted), storm::grouped(result.machines),
      storm::duration_words(result.elapsed));
  plot.height = 260;
  plot.times = times_of(result);
  plot.series = {{"powered on", "powered", totals_of(result, &Interval::powered_on), true},
                 {"bound to an address", "bound", totals_of(result, &Interval::bound), true},
                 {"booted", "booted", totals_of(result, &Interval::booted), true}};
  const bool any_failed = std::ranges::any_of(
      result.timeline, [](const Interval& interval) { return interval.failed != 0; });
  if (any_failed) {
    plot.series.push_back({"failed", "failed", totals_of(result, &Interval::failed), false});
  }
  return time_plot(plot);
}

std::string bytes_over_time(const ReportInput& input) {
  const storm::Result& result = input.result;
  TimePlot plot;
  plot.id = "received";
  plot.title = "Received";
  plot.note = fmt::format("bytes of files, each once; points of {}", each_point(result));
  plot.description = fmt::format(
      "Bytes of files that machines received a second: {} at best, {} in all, {} of them of files "
      "that came whole and right.",
      storm::si_words(peak_rate(result), "B/s"),
      storm::si_words(static_cast<double>(count_of(result, storm::Count::data_bytes)), "B"),
      storm::si_words(static_cast<double>(count_of(result, storm::Count::file_bytes)), "B"));
  plot.times = times_of(result);
  plot.unit = Unit::bytes_per_second;
  plot.shape = TimePlot::Shape::step;
  plot.series = {{"received", "booted step", rates_of(result, &storm::Interval::data_bytes), true}};
  return time_plot(plot);
}

std::string resends_over_time(const ReportInput& input) {
  const storm::Result& result = input.result;
  TimePlot plot;
  plot.id = "resends";
  plot.title = "Resends";
  plot.note = fmt::format("requests and ACKs sent again; points of {}", each_point(result));
  plot.description =
      fmt::format("How often machines had to send a request or an ACK again: {} times in all.",
                  storm::grouped(count_of(result, storm::Count::resends)));
  plot.times = times_of(result);
  plot.unit = Unit::per_second;
  plot.shape = TimePlot::Shape::step;
  plot.series = {{"resends", "resends step", rates_of(result, &storm::Interval::resends), true}};
  return time_plot(plot);
}

std::string latency_plots(const ReportInput& input) {
  const storm::Result& result = input.result;
  return latency_plot({"boot", "Boot", "power-on to booted", result.boot_time}) +
         latency_plot({"next-data", "Next data", "TFTP ACK to the first DATA of the next window",
                       result.next_data}) +
         latency_plot({"offer", "Offer", "DISCOVER to OFFER", result.offer_time}) +
         latency_plot({"ack", "Ack", "REQUEST to ACK", result.ack_time}) +
         latency_plot({"first-block", "First block", "RRQ to OACK or DATA", result.first_block});
}

}  // namespace stentor::rig

// SPDX-License-Identifier: BSD-3-Clause
#include "report_html_tables.h"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>
#include <vector>

#include "html_table.h"
#include "html_text.h"
#include "plot.h"
#include "report_figures.h"
#include "report_html.h"
#include "report_scenario.h"
#include "storm/figure_text.h"
#include "storm/scenario_text.h"

namespace stentor::rig {
namespace {

// More groups than these are there, but folded away.
constexpr std::size_t kGroupsOpen = 6;
constexpr std::size_t kScenarioFileBytesShown = 65'536;

std::string at_quantile(const base::Histogram& histogram, double fraction) {
  if (histogram.count() == 0) return "–";
  return storm::duration_words(histogram.quantile(fraction));
}

std::string paragraph(std::string_view text) {
  return fmt::format("<p class=\"text\">{}</p>\n", escaped(text));
}

std::string address_of(const storm::MachineRow& row) {
  return row.address.is_zero() ? "none" : std::string{row.address.text().view()};
}

std::string_view group_of(const storm::Result& result, const storm::MachineRow& row) {
  return row.group < result.groups.size() ? std::string_view{result.groups[row.group].name} : "";
}

void latency_row(HtmlTable& table, std::string_view name, const base::Histogram& histogram) {
  table.begin_row(name);
  table.cell(storm::grouped(histogram.count()));
  for (const double fraction : {0.5, 0.9, 0.95, 0.99, 0.999, 1.0}) {
    table.cell(at_quantile(histogram, fraction));
  }
  table.end_row();
}

// One for all stages of a group, so that their bars compare.
Axis axis_of(const storm::GroupResult& group) {
  double low = 0;
  double high = 0;
  for (const storm::StageResult& stage : group.stages) {
    if (stage.latency.count() == 0) continue;
    const double least = static_cast<double>(stage.latency.min()) / 1e9;
    low = low == 0 ? least : std::min(low, least);
    high = std::max(high, static_cast<double>(stage.latency.max()) / 1e9);
  }
  return logarithmic_axis(low, high, 4);
}

std::string stage_table(const storm::GroupResult& group) {
  HtmlTable table("stages of " + group.name, {{"Stage"},
                                              {"Machines that passed"},
                                              {"Begun", Column::number},
                                              {"Passed", Column::number},
                                              {"Failed", Column::number},
                                              {"Median to p99"},
                                              {"p50", Column::number},
                                              {"p90", Column::number},
                                              {"p99", Column::number},
                                              {"Max", Column::number}});
  const Axis axis = axis_of(group);
  for (const storm::StageResult& stage : group.stages) {
    table.begin_row(stage.name);
    table.cell_html(share_bar(static_cast<double>(stage.passed), static_cast<double>(stage.failed),
                              static_cast<double>(group.machines)));
    table.cell(storm::grouped(stage.begun));
    table.cell(storm::grouped(stage.passed));
    table.cell(storm::grouped(stage.failed));
    table.cell_html(range_bar(stage.latency, axis));
    for (const double fraction : {0.5, 0.9, 0.99, 1.0}) {
      table.cell(at_quantile(stage.latency, fraction));
    }
    table.end_row();
  }
  return table.text();
}

std::string facts(std::string_view name, const std::vector<Line>& lines) {
  std::string out = fmt::format("<h3>{}</h3>\n<dl>\n", escaped(name));
  for (const Line& line : lines) {
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(line.name), escaped(line.value));
  }
  return out + "</dl>\n";
}

// To run the storm again; a list of a million machines is not for a page.
std::string scenario_file(const storm::Scenario& scenario) {
  const std::string text = storm::write_scenario({scenario, {}});
  if (text.size() > kScenarioFileBytesShown) return {};
  return fmt::format(
      "<details><summary>The scenario file of this storm</summary>\n<pre tabindex=\"0\">{}</pre>"
      "</details>\n",
      escaped(text));
}

}  // namespace

std::string latency_table(const ReportInput& input) {
  const storm::Result& result = input.result;
  HtmlTable table("percentiles", {{"Time"},
                                  {"Samples", Column::number},
                                  {"p50", Column::number},
                                  {"p90", Column::number},
                                  {"p95", Column::number},
                                  {"p99", Column::number},
                                  {"p99.9", Column::number},
                                  {"Max", Column::number}});
  latency_row(table, "Boot", result.boot_time);
  latency_row(table, "Offer", result.offer_time);
  latency_row(table, "Ack", result.ack_time);
  latency_row(table, "First block", result.first_block);
  latency_row(table, "Next data", result.next_data);
  return table.text();
}

std::string stage_tables(const ReportInput& input) {
  const std::vector<storm::GroupResult>& groups = input.result.groups;
  std::string out;
  for (std::size_t at = 0; at < groups.size(); ++at) {
    if (at == kGroupsOpen) {
      out += fmt::format("<details><summary>{} more groups</summary>\n", groups.size() - at);
    }
    out += fmt::format("<h3>{}: {} of {} booted</h3>\n", escaped(groups[at].name),
                       storm::grouped(groups[at].booted), storm::grouped(groups[at].machines));
    out += stage_table(groups[at]);
  }
  if (groups.size() > kGroupsOpen) out += "</details>\n";
  return out.empty() ? paragraph("There were no groups.") : out;
}

std::string failure_table(const ReportInput& input) {
  const storm::Result& result = input.result;
  const std::vector<FailureSite> sites = failure_sites(result);
  if (sites.empty()) {
    if (result.machines == 0) return paragraph("There were no machines.");
    return paragraph("Every machine booted.");
  }
  HtmlTable table("why machines failed", {{"Why", Column::wide},
                                          {"In stage"},
                                          {"Machines", Column::number},
                                          {"Of all", Column::number},
                                          {"For instance"}});
  const std::size_t shown = std::min(sites.size(), kFailureSitesShown);
  for (std::size_t at = 0; at < shown; ++at) {
    const FailureSite& site = sites[at];
    table.begin_row(storm::sentence_case(words_of(site.failure)));
    table.cell(site.stage);
    table.cell(storm::grouped(site.machines));
    table.cell(storm::percent_words(site.machines, result.machines));
    table.cell(site.first->mac.text().view());
    table.end_row();
  }
  std::string out = table.text();
  if (sites.size() > shown) {
    out += paragraph(fmt::format("And {} more reasons and stages.", sites.size() - shown));
  }
  return out;
}

std::string failed_machines_table(const ReportInput& input) {
  const storm::Result& result = input.result;
  HtmlTable table("machines that did not boot", {{"MAC address"},
                                                 {"In stage"},
                                                 {"Why", Column::wide},
                                                 {"Address"},
                                                 {"Group"},
                                                 {"Powered on at", Column::number},
                                                 {"Received", Column::number},
                                                 {"Resends", Column::number}});
  std::size_t failed = 0;
  for (const storm::MachineRow& row : result.rows) {
    if (row.booted || ++failed > kFailedShown) continue;
    table.begin_row(row.mac.text().view());
    table.cell(stage_name(result, row, row.stage));
    table.cell(storm::sentence_case(why_failed(row)));
    table.cell(address_of(row));
    table.cell(group_of(result, row));
    const bool was_on = row.failure != storm::Failure::never_on;
    table.cell(was_on ? storm::duration_words(row.powered_on) : "never");
    table.cell(storm::si_words(static_cast<double>(row.bytes), "B"));
    table.cell(storm::grouped(row.resends));
    table.end_row();
  }
  if (failed == 0) return {};
  std::string out = table.text();
  if (failed > kFailedShown) {
    out += paragraph(fmt::format("And {} more; all are in the JSON and CSV reports.",
                                 storm::grouped(failed - kFailedShown)));
  }
  return out;
}

std::string slowest_machines_table(const ReportInput& input) {
  const storm::Result& result = input.result;
  const std::vector<const storm::MachineRow*> rows = slowest_machines(result, kSlowestShown);
  if (rows.empty()) return paragraph("No machine booted.");
  HtmlTable table("slowest machines", {{"MAC address"},
                                       {"Boot time", Column::number},
                                       {"× median", Column::number},
                                       {"Why", Column::wide},
                                       {"Address"},
                                       {"Group"},
                                       {"Powered on at", Column::number},
                                       {"Received", Column::number}});
  const double median = std::max(static_cast<double>(result.boot_time.quantile(0.5)), 1.0);
  for (const storm::MachineRow* row : rows) {
    table.begin_row(row->mac.text().view());
    table.cell(storm::duration_words(row->boot_time));
    table.cell(fmt::format("{:.2f}", static_cast<double>(row->boot_time.count()) / median));
    table.cell(why_slow(result, *row));
    table.cell(address_of(*row));
    table.cell(group_of(result, *row));
    table.cell(storm::duration_words(row->powered_on));
    table.cell(storm::si_words(static_cast<double>(row->bytes), "B"));
    table.end_row();
  }
  return table.text();
}

std::string scenario_facts(const ReportInput& input) {
  std::string out = "<div class=\"facts\">\n" + facts("Scenario", scenario_lines(input.scenario));
  const std::vector<storm::Group>& groups = input.scenario.groups;
  for (std::size_t at = 0; at < groups.size(); ++at) {
    if (at == kGroupsOpen) {
      out += fmt::format("<details><summary>{} more groups</summary>\n", groups.size() - at);
    }
    out +=
        facts(fmt::format("{}: {} machines", groups[at].name, storm::grouped(groups[at].machines)),
              group_lines(groups[at]));
  }
  if (groups.size() > kGroupsOpen) out += "</details>\n";
  return out + scenario_file(input.scenario) + "</div>\n";
}

std::string environment_facts(const ReportInput& input) {
  std::vector<Line> lines;
  for (const Fact& fact : lines_of(input.environment)) {
    lines.push_back({std::string{fact.first}, std::string{fact.second}});
  }
  const std::string& servers = input.result.server_words;
  lines.push_back({"answered by", servers.empty() ? "nobody" : servers});
  return "<div class=\"facts\">\n" + facts("Where it ran", lines) + "</div>\n";
}

std::string counter_tables(const ReportInput& input) {
  std::string out = "<div class=\"pair\">\n";
  // In two halves, which stand side by side where there is room.
  const std::size_t half = (storm::kCounts + 1) / 2;
  for (const std::size_t begin : {std::size_t{0}, half}) {
    HtmlTable table(begin == 0 ? "counters" : "more counters",
                    {{"Counter", Column::wrapped}, {"Count", Column::number}});
    for (std::size_t at = begin; at < std::min(begin + half, storm::kCounts); ++at) {
      table.begin_row(storm::sentence_case(words_of(static_cast<storm::Count>(at))));
      table.cell(storm::grouped(input.result.counts[at]));
      table.end_row();
    }
    out += table.text();
  }
  return out + "</div>\n";
}

}  // namespace stentor::rig

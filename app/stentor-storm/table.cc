// SPDX-License-Identifier: BSD-3-Clause
#include "table.h"

#include <algorithm>
#include <fmt/format.h>

#include "report_figures.h"
#include "storm/figure_text.h"

namespace stentor::rig {
namespace {

constexpr std::size_t kSitesShown = 10;
constexpr std::size_t kSlowestInTable = 5;

std::string head(const ReportInput& input) {
  const storm::Result& result = input.result;
  return fmt::format(
      "{}{} of {} machines booted in {} (answered by {}; seed {})\n",
      result.interrupted ? "interrupted; what follows is what was known by then\n" : "",
      storm::grouped(result.booted), storm::grouped(result.machines),
      storm::duration_words(result.elapsed),
      result.server_words.empty() ? "nobody" : result.server_words, result.seed);
}

std::string time_row(std::string_view name, const base::Histogram& times, std::size_t columns) {
  if (times.count() == 0) return fmt::format("{:<{}} {:>10}\n", name, columns, "none");
  return fmt::format(
      "{:<{}} {:>10} {:>11} {:>11} {:>11} {:>11}\n", name, columns, storm::grouped(times.count()),
      storm::duration_words(times.quantile(0.5)), storm::duration_words(times.quantile(0.9)),
      storm::duration_words(times.quantile(0.99)), storm::duration_words(times.max()));
}

std::string stages(const storm::Result& result) {
  std::size_t columns = 20;
  const auto name_of = [&](const storm::GroupResult& group, const storm::StageResult& stage) {
    return result.groups.size() > 1 ? group.name + ": " + stage.name : stage.name;
  };
  for (const storm::GroupResult& group : result.groups) {
    for (const storm::StageResult& stage : group.stages) {
      columns = std::max(columns, name_of(group, stage).size());
    }
  }
  std::string text = fmt::format("\n{:<{}} {:>10} {:>10} {:>8} {:>11} {:>11} {:>11}\n", "stage",
                                 columns, "begun", "passed", "failed", "p50", "p99", "max");
  for (const storm::GroupResult& group : result.groups) {
    for (const storm::StageResult& stage : group.stages) {
      text += fmt::format("{:<{}} {:>10} {:>10} {:>8}", name_of(group, stage), columns,
                          storm::grouped(stage.begun), storm::grouped(stage.passed),
                          storm::grouped(stage.failed));
      if (stage.latency.count() != 0) {
        text +=
            fmt::format(" {:>11} {:>11} {:>11}", storm::duration_words(stage.latency.quantile(0.5)),
                        storm::duration_words(stage.latency.quantile(0.99)),
                        storm::duration_words(stage.latency.max()));
      }
      text += "\n";
    }
  }
  return text;
}

std::string times(const storm::Result& result) {
  constexpr std::size_t kColumns = 20;
  return fmt::format("\n{:<{}} {:>10} {:>11} {:>11} {:>11} {:>11}\n", "time", kColumns, "count",
                     "p50", "p90", "p99", "max") +
         time_row("power-on to booted", result.boot_time, kColumns) +
         time_row("DISCOVER to OFFER", result.offer_time, kColumns) +
         time_row("REQUEST to ACK", result.ack_time, kColumns) +
         time_row("RRQ to first answer", result.first_block, kColumns) +
         time_row("ACK to next DATA", result.next_data, kColumns);
}

// Those that are not zero, two a line.
std::string counts(const storm::Result& result) {
  std::vector<std::string> cells;
  for (std::size_t at = 0; at < storm::kCounts; ++at) {
    if (result.counts[at] == 0) continue;
    cells.push_back(fmt::format("{:>15} {}", storm::grouped(result.counts[at]),
                                storm::words_of(static_cast<storm::Count>(at))));
  }
  std::size_t columns = 0;
  for (std::size_t at = 0; at < cells.size(); at += 2) {
    columns = std::max(columns, cells[at].size());
  }
  std::string text = "\n";
  for (std::size_t at = 0; at < cells.size(); at += 2) {
    text += at + 1 < cells.size() ? fmt::format("{:<{}} {}\n", cells[at], columns, cells[at + 1])
                                  : cells[at] + "\n";
  }
  if (const double peak = peak_rate(result); peak > 0) {
    text += fmt::format("{:>15} of whole files on average; {} at best, of all files\n",
                        storm::si_words(goodput(result), "B/s"), storm::si_words(peak, "B/s"));
  }
  return text;
}

std::string failures(const storm::Result& result) {
  const std::vector<FailureSite> sites = failure_sites(result);
  if (sites.empty()) return {};
  std::string text = "\nwhy machines failed\n";
  for (std::size_t at = 0; at < std::min(sites.size(), kSitesShown); ++at) {
    const FailureSite& site = sites[at];
    const std::string where = site.stage.empty() ? "" : fmt::format(" in {}", site.stage);
    text += fmt::format("{:>10}{}: {}\n", storm::grouped(site.machines), where,
                        storm::words_of(site.failure));
    if (site.first == nullptr) continue;
    text += fmt::format("{:>10} for instance machine {}, {}, address {}: {}\n", "",
                        site.first->number, site.first->mac.text().view(),
                        site.first->address.text().view(), why_failed(*site.first));
  }
  if (sites.size() > kSitesShown) {
    text += fmt::format("{:>10} more kinds; --json and --html have them all\n",
                        sites.size() - kSitesShown);
  }
  return text;
}

std::string slowest(const storm::Result& result) {
  const auto rows = slowest_machines(result, kSlowestInTable);
  if (rows.size() < 2) return {};
  std::string text = "\nslowest machines\n";
  for (const storm::MachineRow* row : rows) {
    text += fmt::format("{:>11} machine {}, {}: {}\n", storm::duration_words(row->boot_time),
                        row->number, row->mac.text().view(), why_slow(result, *row));
  }
  return text;
}

std::string goals(std::span<const storm::GoalVerdict> verdicts) {
  if (verdicts.empty()) {
    return "\nNo goal was stated (--expect): the exit status says only that the storm took "
           "place.\n";
  }
  std::string text = "\ngoals\n";
  for (const storm::GoalVerdict& verdict : verdicts) {
    text += fmt::format("{:>10} {}: {}\n", verdict.held ? "held" : "NOT HELD", verdict.goal,
                        verdict.measured);
  }
  return text;
}

}  // namespace

std::string result_table(const ReportInput& input) {
  return head(input) + stages(input.result) + times(input.result) + counts(input.result) +
         failures(input.result) + slowest(input.result) + goals(input.verdicts);
}

}  // namespace stentor::rig

// SPDX-License-Identifier: BSD-3-Clause
#include "report_figures.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

#include "storm/figure_text.h"

namespace stentor::rig {
namespace {

// RFC 1350, appendix I, and RFC 2347, page 5.
constexpr std::array<std::string_view, 9> kTftpErrors = {
    "not defined",         "file not found",    "access violation",
    "disk full",           "illegal operation", "unknown transfer identifier",
    "file already exists", "no such user",      "options refused"};

std::string counted(std::uint32_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", storm::grouped(count), count == 1 ? one : many);
}

}  // namespace

double goodput(const storm::Result& result) {
  const double seconds = seconds_of(result.elapsed);
  const auto at = static_cast<std::size_t>(storm::Count::file_bytes);
  return seconds > 0 ? static_cast<double>(result.counts[at]) / seconds : 0;
}

double peak_rate(const storm::Result& result) {
  const double seconds = seconds_of(result.interval);
  if (seconds <= 0) return 0;
  std::uint64_t most = 0;
  for (const storm::Interval& interval : result.timeline)
    most = std::max(most, interval.data_bytes);
  return static_cast<double>(most) / seconds;
}

std::optional<base::Duration> time_to_all_booted(const storm::Result& result) {
  if (result.machines == 0 || result.booted < result.machines) return std::nullopt;
  return result.elapsed;
}

std::vector<const storm::MachineRow*> slowest_machines(const storm::Result& result,
                                                       std::size_t limit) {
  std::vector<const storm::MachineRow*> slowest;
  for (const storm::MachineRow& row : result.rows) {
    if (row.booted) slowest.push_back(&row);
  }
  const auto slower = [](const storm::MachineRow* one, const storm::MachineRow* other) {
    return one->boot_time != other->boot_time ? one->boot_time > other->boot_time
                                              : one->number < other->number;
  };
  const std::size_t shown = std::min(limit, slowest.size());
  std::partial_sort(slowest.begin(), slowest.begin() + static_cast<std::ptrdiff_t>(shown),
                    slowest.end(), slower);
  slowest.resize(shown);
  return slowest;
}

std::string_view stage_name(const storm::Result& result, const storm::MachineRow& row,
                            std::uint8_t stage) {
  if (row.group >= result.groups.size() || row.failure == storm::Failure::never_on) return {};
  const std::vector<storm::StageResult>& stages = result.groups[row.group].stages;
  return stage < stages.size() ? std::string_view{stages[stage].name} : "all";
}

std::string why_failed(const storm::MachineRow& row) {
  std::string why{words_of(row.failure)};
  if (row.failure == storm::Failure::tftp_error) {
    why += fmt::format(": {}", row.error_code);
    if (row.error_code < kTftpErrors.size())
      why += fmt::format(", {}", kTftpErrors[row.error_code]);
  }
  return why;
}

std::string why_slow(const storm::Result& result, const storm::MachineRow& row) {
  std::string why;
  if (row.longest_time > base::Duration::zero()) {
    why = fmt::format("{} in {}; ", storm::duration_words(row.longest_time),
                      stage_name(result, row, row.longest_stage));
  }
  if (row.resends == 0 && row.duplicates == 0) return why + "nothing was lost";
  if (row.resends != 0) why += counted(row.resends, "resend", "resends");
  if (row.resends != 0 && row.duplicates != 0) why += "; ";
  if (row.duplicates != 0) why += counted(row.duplicates, "block", "blocks") + " came twice";
  return why;
}

std::vector<FailureSite> failure_sites(const storm::Result& result) {
  std::map<std::pair<storm::Failure, std::string_view>, FailureSite> sites;
  for (const storm::MachineRow& row : result.rows) {
    if (row.failure == storm::Failure::none) continue;
    const std::string_view stage = stage_name(result, row, row.stage);
    FailureSite& site = sites[{row.failure, stage}];
    if (site.machines++ == 0) site = {row.failure, stage, 1, &row};
  }
  std::vector<FailureSite> sorted;
  sorted.reserve(sites.size());
  for (const auto& [key, site] : sites) sorted.push_back(site);
  std::ranges::stable_sort(sorted, std::ranges::greater{}, &FailureSite::machines);
  return sorted;
}

std::vector<Fact> lines_of(std::string_view environment) {
  std::vector<Fact> lines;
  while (!environment.empty()) {
    const std::string_view line = environment.substr(0, environment.find('\n'));
    environment.remove_prefix(std::min(line.size() + 1, environment.size()));
    if (line.empty()) continue;
    const std::size_t colon = std::min(line.find(": "), line.size());
    lines.emplace_back(line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
  }
  return lines;
}

}  // namespace stentor::rig

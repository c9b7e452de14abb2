// SPDX-License-Identifier: BSD-3-Clause
#include "report_json.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "report_figures.h"
#include "report_scenario.h"
#include "storm/scenario_text.h"

namespace stentor::rig {
namespace {

using Json = nlohmann::ordered_json;

double ms_of(std::uint64_t ns) { return static_cast<double>(ns) / 1e6; }

// Names come from files and may be any bytes; the report is UTF-8 all the same.
std::string text_of(const Json& json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json object_of(const std::vector<Line>& lines) {
  Json json = Json::object();
  for (Line line : lines) {
    std::ranges::replace(line.name, ' ', '_');
    json[line.name] = line.value;
  }
  return json;
}

Json scenario_json(const storm::Scenario& scenario) {
  Json json = object_of(scenario_lines(scenario));
  json["groups"] = Json::array();
  for (const storm::Group& group : scenario.groups) {
    Json entry = {{"name", group.name}, {"machines", group.machines}};
    entry.update(object_of(group_lines(group)));
    json["groups"].push_back(std::move(entry));
  }
  return json;
}

Json environment_json(std::string_view environment) {
  Json json = Json::object();
  for (const auto& [name, value] : lines_of(environment)) json[std::string{name}] = value;
  return json;
}

Json goals_json(const ReportInput& input) {
  Json json = Json::array();
  for (const storm::GoalVerdict& verdict : input.verdicts) {
    json.push_back(
        {{"goal", verdict.goal}, {"held", verdict.held}, {"measured", verdict.measured}});
  }
  return json;
}

Json counts_json(const storm::Result& result) {
  Json json = Json::object();
  for (std::size_t at = 0; at < storm::kCounts; ++at) {
    json[std::string{name_of(static_cast<storm::Count>(at))}] = result.counts[at];
  }
  return json;
}

Json failures_json(const storm::Result& result) {
  Json json = Json::object();
  for (std::size_t at = 1; at < storm::kFailures; ++at) {
    json[std::string{name_of(static_cast<storm::Failure>(at))}] = result.failures[at];
  }
  return json;
}

Json latency_json(const base::Histogram& histogram) {
  Json json = {{"samples", histogram.count()}};
  const auto set = [&](const char* key, double value) {
    json[key] = histogram.count() == 0 ? Json(nullptr) : Json(value);
  };
  set("min_ms", ms_of(histogram.min()));
  set("mean_ms", histogram.mean() / 1e6);
  set("p50_ms", ms_of(histogram.quantile(0.5)));
  set("p90_ms", ms_of(histogram.quantile(0.9)));
  set("p95_ms", ms_of(histogram.quantile(0.95)));
  set("p99_ms", ms_of(histogram.quantile(0.99)));
  set("p999_ms", ms_of(histogram.quantile(0.999)));
  set("max_ms", ms_of(histogram.max()));
  return json;
}

Json latencies_json(const storm::Result& result) {
  return {{"boot", latency_json(result.boot_time)},
          {"offer", latency_json(result.offer_time)},
          {"ack", latency_json(result.ack_time)},
          {"first_block", latency_json(result.first_block)},
          {"next_data", latency_json(result.next_data)}};
}

template <typename Field>
Json column(const storm::Result& result, Field field) {
  Json json = Json::array();
  for (const storm::Interval& interval : result.timeline) json.push_back(interval.*field);
  return json;
}

// By columns: element i of each is the interval that begins at i * interval_seconds.
Json timeline_json(const storm::Result& result) {
  using storm::Interval;
  return {{"interval_seconds", seconds_of(result.interval)},
          {"powered_on", column(result, &Interval::powered_on)},
          {"bound", column(result, &Interval::bound)},
          {"booted", column(result, &Interval::booted)},
          {"failed", column(result, &Interval::failed)},
          {"data_frames", column(result, &Interval::data_frames)},
          {"data_bytes", column(result, &Interval::data_bytes)},
          {"resends", column(result, &Interval::resends)}};
}

Json groups_json(const storm::Result& result) {
  Json json = Json::array();
  for (const storm::GroupResult& group : result.groups) {
    Json stages = Json::array();
    for (const storm::StageResult& stage : group.stages) {
      stages.push_back({{"name", stage.name},
                        {"begun", stage.begun},
                        {"passed", stage.passed},
                        {"failed", stage.failed},
                        {"latency", latency_json(stage.latency)}});
    }
    json.push_back({{"name", group.name},
                    {"machines", group.machines},
                    {"booted", group.booted},
                    {"stages", std::move(stages)}});
  }
  return json;
}

Json machine_json(const storm::Result& result, const storm::MachineRow& row) {
  Json json = {{"number", row.number}, {"mac", row.mac.text().view()}};
  json["group"] = row.group < result.groups.size() ? result.groups[row.group].name : "";
  json["address"] =
      row.address.is_zero() ? Json(nullptr) : Json(std::string{row.address.text().view()});
  if (!row.booted) {
    json["failure"] = name_of(row.failure);
    json["why"] = why_failed(row);
    const std::string_view stage = stage_name(result, row, row.stage);
    json["stage"] = stage.empty() ? Json(nullptr) : Json(stage);
  }
  if (row.failure == storm::Failure::tftp_error) json["tftp_error_code"] = row.error_code;
  const bool was_on = row.failure != storm::Failure::never_on;
  json["powered_on_seconds"] = was_on ? Json(seconds_of(row.powered_on)) : Json(nullptr);
  if (row.booted) json["boot_time_seconds"] = seconds_of(row.boot_time);
  json["bytes"] = row.bytes;
  json["resends"] = row.resends;
  json["duplicate_blocks"] = row.duplicates;
  if (row.longest_time > base::Duration::zero()) {
    json["longest_stage"] = stage_name(result, row, row.longest_stage);
    json["longest_stage_seconds"] = seconds_of(row.longest_time);
  }
  return json;
}

Json summary_json(const ReportInput& input) {
  const storm::Result& result = input.result;
  const auto all = time_to_all_booted(result);
  return {{"server", result.server_words},
          {"seed", result.seed},
          {"machines", result.machines},
          {"booted", result.booted},
          {"elapsed_seconds", seconds_of(result.elapsed)},
          {"all_booted_seconds", all ? Json(seconds_of(*all)) : Json(nullptr)},
          {"goodput_mean_bytes_per_second", goodput(result)},
          {"received_peak_bytes_per_second", peak_rate(result)}};
}

// Members are written one by one: a million machines never stand in memory as JSON.
void write_member(std::ostream& out, std::string_view key, const Json& value) {
  out << ",\n" << text_of(Json(key)) << ": " << text_of(value);
}

void write_failed(std::ostream& out, const storm::Result& result) {
  out << ",\n\"failed_machines\": [";
  const char* separator = "\n";
  for (const storm::MachineRow& row : result.rows) {
    if (row.booted) continue;
    out << separator << text_of(machine_json(result, row));
    separator = ",\n";
  }
  out << ']';
}

}  // namespace

void write_json(std::ostream& out, const ReportInput& input) {
  const storm::Result& result = input.result;
  out << "{\n\"report\": \"stentor-storm\"";
  write_member(out, "version", kJsonVersion);
  write_member(out, "interrupted", result.interrupted);
  write_member(out, "environment", environment_json(input.environment));
  write_member(out, "scenario", scenario_json(input.scenario));
  // What another run needs to be the same storm.
  write_member(out, "scenario_file", storm::write_scenario({input.scenario, {}}));
  write_member(out, "summary", summary_json(input));
  write_member(out, "goals", goals_json(input));
  write_member(out, "latency", latencies_json(result));
  write_member(out, "counts", counts_json(result));
  write_member(out, "failures", failures_json(result));
  write_member(out, "groups", groups_json(result));
  write_member(out, "timeline", timeline_json(result));
  Json slowest = Json::array();
  for (const storm::MachineRow* row : slowest_machines(result, kSlowestShown)) {
    slowest.push_back(machine_json(result, *row));
  }
  write_member(out, "slowest_machines", slowest);
  write_failed(out, result);
  out << "\n}\n";
}

}  // namespace stentor::rig

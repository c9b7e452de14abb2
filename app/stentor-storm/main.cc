// SPDX-License-Identifier: BSD-3-Clause
// stentor-storm: the boot-storm rig. Composition root: what it does is in rig.cc and find_max.cc.
#include <ctime>
#include <fmt/format.h>
#include <fstream>
#include <sys/utsname.h>
#include <thread>

#include "command_line.h"
#include "config/report.h"
#include "control/log.h"
#include "exit_status.h"
#include "find_max.h"
#include "interrupt.h"
#include "live_progress.h"
#include "report_csv.h"
#include "report_file.h"
#include "report_html.h"
#include "report_json.h"
#include "rig.h"
#include "table.h"

namespace stentor::rig {
namespace {

int cannot(const std::string& sentence) {
  fmt::print(stderr, "stentor-storm: {}\n", sentence);
  return kCannotRun;
}

std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line)) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string environment_of(const CommandLine& line, const Rig& rig, std::time_t begun) {
  utsname system{};
  uname(&system);
  std::tm utc{};
  gmtime_r(&begun, &utc);
  std::array<char, 32> time{};
  std::strftime(time.data(), time.size(), "%Y-%m-%d %H:%M:%S UTC", &utc);
  return fmt::format(
      "program: stentor-storm {}\ndevice: {}\ncores: {}\nprocessor: {}, {} threads\nkernel: {} "
      "{}\nbegun: {}\ncommand: {}\n",
      STENTOR_VERSION, rig.device(), rig.cores(), processor(), std::thread::hardware_concurrency(),
      system.sysname, system.release, time.data(), line.command);
}

int exit_status_of(const storm::Result& result, std::span<const storm::GoalVerdict> verdicts) {
  if (result.interrupted) return kInterrupted;
  return std::ranges::all_of(verdicts, &storm::GoalVerdict::held) ? kGoalsHeld : kGoalsMissed;
}

int storm_once(Rig& rig, const CommandLine& line) {
  std::array<ReportFile, 3> reports;
  for (const auto& [report, path, write] :
       {std::tuple{&reports[0], &line.reports.json, &write_json},
        std::tuple{&reports[1], &line.reports.csv, &write_csv},
        std::tuple{&reports[2], &line.reports.html, &write_html}}) {
    if (const auto opened = report->open(*path, write); !opened) {
      return cannot(opened.error().sentence);
    }
  }
  const std::string environment = environment_of(line, rig, std::time(nullptr));
  ProgressPrinter printer(stderr);
  base::Time next_show = base::MonotonicClock::now() + printer.period();
  const auto result = rig.run(line.file.scenario, [&](const LiveView& view) {
    const base::Time now = base::MonotonicClock::now();
    if (now < next_show && !view.is_last) return;
    next_show = now + printer.period();
    printer.show(read_progress(view), view.is_last);
  });
  if (!result) return cannot(result.error().sentence);
  const std::vector<storm::GoalVerdict> verdicts = storm::judge(line.file.goals, *result);
  const ReportInput input{.scenario = line.file.scenario,
                          .result = *result,
                          .verdicts = verdicts,
                          .environment = environment};
  fmt::print("{}", result_table(input));
  std::fflush(stdout);
  int status = exit_status_of(*result, verdicts);
  for (ReportFile& report : reports) {
    if (const auto written = report.write(input); !written) {
      status = cannot(written.error().sentence);
    }
  }
  return status;
}

int run(int argument_count, char** arguments) {
  const auto parsed = parse_command_line(argument_count, arguments);
  if (const auto* finished = std::get_if<Finished>(&parsed)) return finished->exit_status;
  const auto& line = std::get<CommandLine>(parsed);
  if (line.print) {
    fmt::print("{}", storm::write_scenario(line.file));
    return kGoalsHeld;
  }
  control::set_log_level(config::LogLevel::info);
  Interrupt interrupt;
  const auto rig = Rig::open(line.port, line.file.scenario, interrupt);
  if (!rig) return cannot(rig.error().sentence);
  return line.search ? find_max(**rig, line, interrupt) : storm_once(**rig, line);
}

}  // namespace
}  // namespace stentor::rig

int main(int argument_count, char** arguments) {
  try {
    return stentor::rig::run(argument_count, arguments);
  } catch (const std::exception& error) {
    return stentor::rig::cannot(error.what());
  }
}

// SPDX-License-Identifier: BSD-3-Clause
#include "command_fit.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <span>
#include <utility>

#include "config/device_spec.h"
#include "config/report.h"
#include "report_file.h"

namespace stentor::rig {
namespace {

using Errors = std::vector<std::string>;

// A flag that a search, or --print, takes no notice of.
struct IdleFlag {
  const char* name;
  const char* why;
};

constexpr std::array<IdleFlag, 6> kIdleInSearches{
    {{"--machines", "each trial has as many as arrive in --trial at its rate"},
     {"--arrival", "machines arrive evenly, at the rate of each trial"},
     {"--die", "who falls silent would count as lost"},
     {"--again", "who is not served counts as lost"},
     {"--give-up", "a trial ends when the last of its machines has had its time"},
     {"--expect", "its goal is --loss-bound"}}};

constexpr std::array<IdleFlag, 5> kIdleInDora{
    {{"--script", "machines get an address and give it back; --find-max boot does the script"},
     {"--blksize", "no file is fetched; --find-max boot does it"},
     {"--windowsize", "no file is fetched; --find-max boot does it"},
     {"--reference", "no file is fetched; --find-max boot does it"},
     {"--verify", "no file is fetched; --find-max boot does it"}}};

constexpr const char* kPrintsAlone = "it prints the scenario, and there is no storm";
constexpr std::array<IdleFlag, 4> kIdleInPrint{{{"--find-max", kPrintsAlone},
                                                {"--json", kPrintsAlone},
                                                {"--csv", kPrintsAlone},
                                                {"--html", kPrintsAlone}}};

// The `iface=` of net_vhost is the path of a socket.
bool names_interface(const config::DeviceSpec& device) {
  if (device.kind == config::DeviceKind::interface) return true;
  return device.kind == config::DeviceKind::vdev && !device.name.starts_with("net_vhost") &&
         !(device.argument("iface").empty() && device.argument("remote").empty());
}

void refuse_idle(std::span<const IdleFlag> flags, const char* where, const CLI::App& app,
                 Errors& errors) {
  for (const IdleFlag& flag : flags) {
    if (app.count(flag.name) == 0) continue;
    errors.push_back(
        fmt::format("{} has no meaning in {}: {}; leave it out", flag.name, where, flag.why));
  }
}

void check_port(const PortRequest& port, bool is_needed, Errors& errors) {
  if (!port.device) {
    if (!is_needed) return;
    errors.push_back(fmt::format(
        "--port is missing: {}; the storm is sent into it and nowhere else", kDeviceForms));
  }
  if (port.yes_really &&
      !(port.device && std::ranges::any_of(port.device->devices(), names_interface))) {
    errors.emplace_back(
        "--yes-really is about an interface with the default route, and --port names none; leave "
        "it out");
  }
}

// Each report in a file of its own.
void check_reports(const ReportFiles& reports, Errors& errors) {
  const std::array<std::pair<const char*, const std::string*>, 3> named{
      {{"--json", &reports.json}, {"--csv", &reports.csv}, {"--html", &reports.html}}};
  for (std::size_t one = 0; one < named.size(); ++one) {
    for (std::size_t other = one + 1; other < named.size(); ++other) {
      if (named[one].second->empty() || named[other].second->empty() ||
          !name_one_file(*named[one].second, *named[other].second)) {
        continue;
      }
      errors.push_back(fmt::format("{} and {} name one file; give each report its own",
                                   named[one].first, named[other].first));
    }
  }
}

// What a search leaves of the scenario, and what it needs.
void check_search(const CommandLine& line, const CLI::App& app, Errors& errors) {
  refuse_idle(kIdleInSearches, "a search", app, errors);
  const storm::Group& group = line.file.scenario.groups.front();
  if (line.search->what == SearchRequest::What::dora) {
    refuse_idle(kIdleInDora, "a search for DORA", app, errors);
    if (group.addresses) {
      errors.emplace_back(
          "--find-max dora asks DHCP for addresses, and these machines have theirs without it "
          "(--addresses); leave them out, or search with --find-max boot");
    }
  }
  if (line.search->what == SearchRequest::What::boot && group.script.size() == storm::kStagesMax) {
    errors.push_back(
        fmt::format("--find-max adds a release to the script, which has {} stages "
                    "already; leave one out",
                    storm::kStagesMax));
  }
  if (line.file.scenario.groups.size() > 1) {
    errors.emplace_back("--find-max searches with one group of machines; the scenario has more");
  }
  if (!group.macs.empty()) {
    errors.emplace_back(
        "--find-max takes fresh MAC addresses for each trial; give --mac the first "
        "of them, not a list");
  }
  if (!line.reports.csv.empty() || !line.reports.html.empty() || !line.reports.json.empty()) {
    errors.emplace_back(
        "--find-max prints its trials; --json, --csv and --html are reports of one "
        "storm");
  }
}

}  // namespace

void check_together(const CommandLine& line, const CLI::App& app, Errors& errors) {
  const storm::Verification& verify = line.file.scenario.verify;
  const bool compares = verify.bytes == storm::Verification::Bytes::full ||
                        verify.bytes == storm::Verification::Bytes::sampled;
  if (app.count("--verify") != 0 && compares && verify.reference.empty()) {
    errors.emplace_back(
        "--verify: there is nothing to compare with; name the folder with the "
        "files as they should be by --reference FOLDER");
  }
  if (app.count("--reference") != 0 && verify.bytes == storm::Verification::Bytes::none) {
    errors.emplace_back(
        "--reference: nothing is compared with it, because verification is none; "
        "leave one of them out");
  }
  check_port(line.port, !line.print, errors);
  if (line.print) refuse_idle(kIdleInPrint, "--print", app, errors);
  check_reports(line.reports, errors);
  if (line.search) check_search(line, app, errors);
}

}  // namespace stentor::rig

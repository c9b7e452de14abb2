// SPDX-License-Identifier: BSD-3-Clause
#include "command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>

#include "command_fit.h"
#include "config/bond_spec.h"
#include "config/limit.h"
#include "config/report.h"
#include "config/unit.h"
#include "exit_status.h"
#include "scenario_flags.h"
#include "storm/quantity.h"
#include "storm/short_text.h"

namespace stentor::rig {
namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  stentor-storm --port interface:eth1 --machines 1000\n"
    "  stentor-storm --port interface:eth1 --machines 200 --script 'dora, file vmlinuz, file "
    "initrd' --reference /srv/images --expect booted=100% --expect 'p99<5s' --html storm.html\n"
    "  stentor-storm --port 0000:3b:00.0 --scenario rack.yaml --arrival 'waves 48 every 5s'\n"
    "  stentor-storm --port vdev:net_memif0,role=client,socket=/run/boot.sock --find-max dora\n"
    "Exit status: 0 when the storm is over and every goal held, or none was stated; 1 when a goal "
    "did not hold; 2 when there was no storm, or a report of it could not be written (sentences on "
    "stderr say why and what to do); 3 when SIGINT or SIGTERM ended it before its time.";

constexpr const char* kReports = "Reports";
constexpr const char* kPort = "Port and cores";
constexpr const char* kSearch = "Search";

// What stands as text until all of the command line is known.
struct Texts {
  std::vector<std::string> devices;
  std::string bond;
  std::string scenario;
  std::string cores = "auto";
  std::string hugepages = "auto";
  std::string find_max;
  std::string loss_bound = "0.1%";
  std::string trial = "5s";
};

std::string check_not_empty(const std::string& value) {
  return value.empty() ? "the value is empty" : "";
}

void add_options(CLI::App& app, CommandLine& line, Texts& texts) {
  app.add_option(
         "--port", texts.devices,
         "Where the storm leaves: a PCI address, interface:NAME or vdev:DRIVER[,ARGUMENTS]; "
         "once for each device of a bond")
      ->type_name("DEVICE")
      ->group(kPort)
      ->allow_extra_args(false)
      ->check(check_not_empty);
  app.add_option("--bond", texts.bond, "How several devices are one port")
      ->type_name("lacp|active-backup")
      ->group(kPort)
      ->check(check_not_empty);
  app.add_option("--cores", texts.cores, "auto, or a list: 2,3 or 2-5")
      ->type_name("LIST")
      ->group(kPort)
      ->capture_default_str();
  app.add_option("--hugepages", texts.hugepages, "auto (what is reserved), a ceiling, or none")
      ->type_name("none|auto|SIZE")
      ->group(kPort)
      ->capture_default_str();
  app.add_flag("--yes-really", line.port.yes_really,
               "Use --port interface:NAME even if it has the host's default route")
      ->group(kPort);
  app.add_option("--scenario", texts.scenario, "A scenario file (YAML); flags override it")
      ->type_name("FILE")
      ->group("Scenario")
      ->check(check_not_empty);
  app.add_flag("--print", line.print, "Print the scenario as it results, and exit")
      ->group("Scenario");
  app.add_option("--json", line.reports.json, "Write everything that was measured as JSON")
      ->type_name("FILE")
      ->group(kReports)
      ->check(check_not_empty);
  app.add_option("--csv", line.reports.csv, "Write a line for each machine")
      ->type_name("FILE")
      ->group(kReports)
      ->check(check_not_empty);
  app.add_option("--html", line.reports.html, "Write a page with tables and plots")
      ->type_name("FILE")
      ->group(kReports)
      ->check(check_not_empty);
  app.add_option(
         "--find-max", texts.find_max,
         "Search the highest rate of arrivals that the server holds: dora (addresses "
         "alone), or boot (the script); both give their addresses back. Of a scenario file, "
         "machines, arrival, deaths, again, give-up and expect are not used; their flags are "
         "refused")
      ->type_name("dora|boot")
      ->group(kSearch);
  app.add_option("--loss-bound", texts.loss_bound,
                 "The share of machines that may be left unanswered, or be answered later than 1 s")
      ->type_name("P")
      ->group(kSearch)
      ->capture_default_str();
  app.add_option("--trial", texts.trial, "For how long machines arrive at each rate")
      ->type_name("TIME")
      ->group(kSearch)
      ->capture_default_str();
}

using Errors = std::vector<std::string>;

// nullopt: there is an error more.
std::optional<config::DeviceSpec> read_device(const std::string& text, bool is_of_bond,
                                              Errors& errors) {
  auto device = config::DeviceSpec::parse(text);
  if (!device) {
    errors.push_back(fmt::format("--port {}: expected {}{}{}", config::in_quotes(text),
                                 kDeviceForms, device.error().empty() ? "" : "; ", device.error()));
    return std::nullopt;
  }
  if (is_of_bond && device->kind == config::DeviceKind::interface) {
    errors.push_back(fmt::format("--port {}: {}", config::in_quotes(text), config::kKernelBonds));
    return std::nullopt;
  }
  return *std::move(device);
}

void read_port(const Texts& texts, std::optional<config::DeviceSpec>& port, Errors& errors) {
  std::vector<config::DeviceSpec> devices;
  for (const std::string& text : texts.devices) {
    auto device = read_device(text, texts.devices.size() > 1, errors);
    if (device) devices.push_back(*std::move(device));
  }
  for (std::size_t one = 0; one < devices.size(); ++one) {
    for (std::size_t other = one + 1; other < devices.size(); ++other) {
      if (devices[one].name != devices[other].name) continue;
      errors.push_back(fmt::format("--port {}: it stands there twice; name each device once",
                                   config::in_quotes(devices[other].text)));
    }
  }
  const auto* const mode =
      std::ranges::find(config::kBondModes, texts.bond, &config::Choice<config::BondMode>::name);
  const bool has_mode = mode != config::kBondModes.end();
  if (!texts.bond.empty() && !has_mode) {
    errors.push_back(
        fmt::format("--bond {}: expected lacp or active-backup", config::in_quotes(texts.bond)));
  } else if (has_mode && texts.devices.size() < 2) {
    errors.emplace_back("--bond is of several devices: give --port once for each of them");
  } else if (!has_mode && texts.devices.size() > 1) {
    errors.emplace_back(
        "--port names several devices, which are one port by a bond: add --bond lacp, or --bond "
        "active-backup where the switch knows nothing of it");
  } else if (devices.size() > config::kBondMembersMax) {
    errors.push_back(fmt::format("--port names {} devices, and a bond has {} at the most",
                                 devices.size(), config::kBondMembersMax));
  } else if (devices.size() == texts.devices.size() && !devices.empty()) {
    port = has_mode ? config::bond_of(std::move(devices), mode->value) : std::move(devices.front());
  }
}

void read_cores(const std::string& text, std::vector<unsigned>& cores, Errors& errors) {
  constexpr unsigned kCoreMax = 1023;
  if (text == "auto") return;
  for (const std::string_view part : storm::split_list(text)) {
    const std::size_t dash = part.find('-');
    const auto first = config::parse_number(part.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? first : config::parse_number(part.substr(dash + 1));
    if (!first || !last || *last < *first || *last > kCoreMax) {
      errors.push_back(
          fmt::format("--cores {}: expected auto, or numbers of processor cores like 2,3 or 2-5",
                      config::in_quotes(text)));
      return;
    }
    for (auto core = static_cast<unsigned>(*first); core <= *last; ++core) {
      if (std::ranges::find(cores, core) != cores.end()) {
        errors.push_back(fmt::format("--cores {}: core {} stands there twice; name it once",
                                     config::in_quotes(text), core));
        return;
      }
      cores.push_back(core);
    }
  }
}

void read_hugepages(const std::string& text, config::Workers& workers, Errors& errors) {
  constexpr std::uint64_t kPageMin = std::uint64_t{2} << 20;
  const auto bytes = config::parse_size(text);
  if (text == "none") {
    workers.hugepages = config::Workers::HugepageMode::none;
  } else if (text == "auto") {
    workers.hugepages = config::Workers::HugepageMode::automatic;
  } else if (bytes && *bytes >= kPageMin) {
    workers.hugepages = config::Workers::HugepageMode::ceiling;
    workers.hugepage_bytes_max = *bytes;
  } else {
    errors.push_back(
        fmt::format("--hugepages {}: expected auto, none, or a ceiling from 2MiB like "
                    "512MiB",
                    config::in_quotes(text)));
  }
}

std::optional<SearchRequest> read_search(const Texts& texts, const CLI::App& app, Errors& errors) {
  if (app.count("--find-max") == 0) {
    for (const char* flag : {"--loss-bound", "--trial"}) {
      if (app.count(flag) != 0) {
        errors.push_back(
            fmt::format("{} belongs to a search; add --find-max dora or --find-max "
                        "boot",
                        flag));
      }
    }
    return std::nullopt;
  }
  SearchRequest search;
  if (texts.find_max == "boot") {
    search.what = SearchRequest::What::boot;
  } else if (texts.find_max != "dora") {
    errors.push_back(
        fmt::format("--find-max {}: expected dora or boot", config::in_quotes(texts.find_max)));
  }
  const auto bound = storm::parse_fraction(texts.loss_bound);
  if (!bound || *bound >= 1) {
    errors.push_back(fmt::format("--loss-bound {}: expected a share below 100%, like 0.1%",
                                 config::in_quotes(texts.loss_bound)));
  }
  const auto trial = storm::parse_time(texts.trial);
  if (!trial || *trial < std::chrono::milliseconds{100} || *trial > std::chrono::minutes{10}) {
    errors.push_back(fmt::format("--trial {}: expected a time from 100ms to 10m",
                                 config::in_quotes(texts.trial)));
  }
  search.loss_bound = bound.value_or(search.loss_bound);
  search.trial = trial.value_or(search.trial);
  return search;
}

// The scenario file and the flags over it; every error of the first that has one.
Errors read_scenario(const Texts& texts, const ScenarioFlags& flags, CommandLine& line) {
  if (!texts.scenario.empty()) {
    auto file = storm::load_scenario(texts.scenario);
    if (!file) {
      Errors errors;
      for (const config::Diagnostic& each : file.error()) errors.push_back(each.text());
      return errors;
    }
    line.file = *std::move(file);
  }
  return flags.apply(line.file);
}

std::string joined(int argument_count, char** arguments) {
  std::string text;
  for (int at = 0; at < argument_count; ++at) {
    const std::string_view word(arguments[at]);
    const bool plain = word.find_first_of(" '\"$&|<>()*?;\\") == std::string_view::npos;
    text += at == 0 ? "" : " ";
    text += plain ? std::string(word) : "'" + std::string(word) + "'";
  }
  return text;
}

}  // namespace

std::variant<CommandLine, Finished> parse_command_line(int argument_count, char** arguments) {
  CLI::App app(
      "Emulates racks of machines that boot from the network, all at once, against any DHCP and "
      "TFTP server, and verifies what they get.",
      "stentor-storm");
  app.set_version_flag("--version", std::string("stentor-storm " STENTOR_VERSION));
  app.footer(kFooter);
  CommandLine line;
  Texts texts;
  add_options(app, line, texts);
  const ScenarioFlags flags(app);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    return Finished{app.exit(error) == 0 ? 0 : kCannotRun};
  }
  Errors errors = read_scenario(texts, flags, line);
  read_port(texts, line.port.device, errors);
  read_cores(texts.cores, line.port.workers.cores, errors);
  read_hugepages(texts.hugepages, line.port.workers, errors);
  line.search = read_search(texts, app, errors);
  if (errors.empty()) check_together(line, app, errors);
  for (const std::string& error : errors) fmt::print(stderr, "stentor-storm: {}\n", error);
  if (!errors.empty()) return Finished{kCannotRun};
  line.command = joined(argument_count, arguments);
  return line;
}

}  // namespace stentor::rig

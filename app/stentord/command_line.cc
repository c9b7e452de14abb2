// SPDX-License-Identifier: BSD-3-Clause
#include "command_line.h"

#include <CLI/CLI.hpp>

namespace stentor {

namespace {

constexpr const char* kFooter =
    "Examples:\n"
    "  stentord --config /etc/stentor/stentor.yaml\n"
    "  stentord --check /etc/stentor/stentor.yaml\n"
    "  stentord --interface eth1 --images /srv/images                      (ProxyDHCP)\n"
    "  stentord --interface eth1 --images /srv/images --pool 10.0.0.100-10.0.0.199\n"
    "  stentord --interface eth1 --images /srv/images --hugepages-needed   (MiB, to reserve)\n"
    "Exit status: 0 after SIGTERM or SIGINT, or when --check finds no error; 1 when it cannot "
    "serve "
    "(one sentence on stderr says why and what to do); 2 for a wrong command line.";

// Exit status of a command line that is wrong; 1 is kept for a machine that is.
constexpr int kWrongCommand = 2;

}  // namespace

std::variant<CommandLine, Finished> parse_command_line(int argument_count, char** arguments) {
  CLI::App app(
      "The PXE boot appliance: DHCP and TFTP for thousands of machines at once, over DPDK.",
      "stentord");
  app.set_version_flag("--version", std::string("stentord " STENTOR_VERSION));
  app.footer(kFooter);
  ServeFile file;
  ServeInterface interface;
  CheckFile check;
  std::string pool;
  CommandLine line;

  auto* config =
      app.add_option("-c,--config", file.config, "The configuration file")->capture_default_str();
  auto* check_option =
      app.add_option("--check", check.config, "Validate a configuration file and exit");
  auto* interface_option = app.add_option(
      "-i,--interface", interface.interface,
      "Serve on this interface, with a configuration derived from its address, which is printed");
  auto* images = app.add_option("--images", interface.images, "With --interface: the boot files");
  auto* pool_option =
      app.add_option("--pool", pool, "With --interface: also lease these addresses, first-last");
  auto* take_over = app.add_flag("--take-over", line.take_over,
                                 "Serve an interface even if it has the host's default route");
  std::string hugepages;
  auto* hugepages_option =
      app.add_option("--hugepages", hugepages,
                     "In place of the configuration's workers.hugepages; none is slower")
          ->check(CLI::IsMember({"auto", "none"}));
  auto* needed_option =
      app.add_flag("--hugepages-needed", line.hugepages_needed,
                   "Print how many MiB of hugepages a start with these arguments needs, and exit");
  check_option->excludes(config, interface_option, needed_option, take_over, hugepages_option);
  interface_option->excludes(config)->needs(images);
  images->needs(interface_option);
  pool_option->needs(interface_option);
  for (CLI::Option* option : {config, check_option, interface_option, images, pool_option}) {
    option->check([](const std::string& value) {
      return value.empty() ? std::string("the value is empty") : std::string();
    });
  }
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    return Finished{app.exit(error) == 0 ? 0 : kWrongCommand};
  }

  using Mode = config::Workers::HugepageMode;
  if (!hugepages.empty()) line.hugepages = hugepages == "none" ? Mode::none : Mode::automatic;
  if (check_option->count() != 0) {
    line.action = check;
  } else if (interface_option->count() != 0) {
    if (pool_option->count() != 0) interface.pool = pool;
    line.action = interface;
  } else {
    line.action = file;
  }
  return line;
}

}  // namespace stentor

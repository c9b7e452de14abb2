// SPDX-License-Identifier: BSD-3-Clause
#include "command_line.h"

#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/address.h"

namespace stentor::ctl {

namespace {

constexpr const char* kFooter =
    "Exit status: 0 all right; 1 a file is bad or was left out, a reload was refused, or the "
    "command "
    "failed (stderr says why); 2 the command line was not understood; 3 no stentord answers.";

// As CLI11 wants them, the last one first. It takes what stands behind `--name=` for its value,
// which is empty.
std::vector<std::string> words_of(int argument_count, const char* const* arguments) {
  std::vector<std::string> words;
  for (int i = argument_count - 1; i > 0; --i) {
    const std::string_view word = arguments[i];
    const bool has_empty_value = word.starts_with("--") && word.find('=') == word.size() - 1;
    if (has_empty_value) words.emplace_back();
    words.emplace_back(word.substr(0, word.size() - (has_empty_value ? 1 : 0)));
  }
  return words;
}

// Of a text that may be empty; as the API has it.
std::string take_yes_or_no(std::string& text) {
  if (text.empty()) return "";
  if (text != "yes" && text != "no") return "'" + text + "' is not yes or no";
  text = text == "yes" ? "true" : "false";
  return "";
}

std::string refuse_other_readers(const std::string& text) {
  const bool is_right = text.empty() || text == "all" || text == "ipxe";
  return is_right ? "" : "'" + text + "' is not all or ipxe";
}

CLI::Option* add_mac(CLI::App& to, std::string& mac) {
  return to.add_option("MAC", mac, "The machine's MAC address, like 52:54:00:12:34:56")
      ->check([](const std::string& text) {
        return wire::MacAddress::parse(text)
                   ? std::string()
                   : "'" + text + "' is no MAC address like 52:54:00:12:34:56";
      });
}

}  // namespace

CommandLine::CommandLine()
    : app_("Asks a running Stentor, the PXE boot appliance, and prepares its boot files.",
           "stentorctl") {
  app_.set_version_flag("--version", std::string("stentorctl " STENTOR_VERSION));
  app_.require_subcommand(1);
  app_.footer(kFooter);
  add_figures();
  add_leases();
  add_hosts();
  add_clients();
  add_transfers();
  add_events();
  add_capture();
  add_images();
  add_config();
}

ExitStatus CommandLine::run(int argument_count, const char* const* arguments) {
  try {
    app_.parse(words_of(argument_count, arguments));
  } catch (const CLI::ParseError& error) {
    return app_.exit(error) == 0 ? ExitStatus::all_right : ExitStatus::wrong_command;
  }
  asking_.server.complete(is_socket_given_);
  return action_();
}

CLI::App* CommandLine::add(CLI::App& to, const char* name, const char* what,
                           std::function<ExitStatus()> action) {
  CLI::App* command = to.add_subcommand(name, what)->footer(kFooter);
  command->callback([this, action = std::move(action)] { action_ = action; });
  return command;
}

void CommandLine::add_server(CLI::App& to, CLI::Option* other) {
  Server& server = asking_.server;
  CLI::Option* socket = to.add_option("--socket", server.socket, "Where stentord listens")
                            ->capture_default_str()
                            ->each([this](const std::string&) { is_socket_given_ = true; });
  CLI::Option* url =
      to.add_option("--url", server.url,
                    "Where it listens over TCP, like https://HOST:8067 [STENTOR_URL]")
          ->excludes(socket);
  to.add_option("--token-file", server.token_file,
                "Over TCP: the file of the token [STENTOR_TOKEN_FILE]");
  to.add_option("--cacert", server.ca_file,
                "Over TCP: the file of who vouches for its certificate [STENTOR_CACERT]");
  if (other != nullptr) other->excludes(socket)->excludes(url);
}

CLI::App* CommandLine::add_question(CLI::App& to, const char* name, const char* what,
                                    std::function<ExitStatus()> action) {
  CLI::App* command = add(to, name, what, std::move(action));
  add_server(*command);
  command->add_flag("--json", asking_.json, "For programs, as the API has it");
  return command;
}

void CommandLine::add_figures() {
  add_question(app_, "status", "How stentord does, and what somebody should look at",
               [this] { return show_status(asking_); });
  add_question(app_, "drops", "Frames that were dropped and requests that were refused, and why",
               [this] { return show_drops(asking_, all_drops_); })
      ->add_flag("--all", all_drops_, "Reasons that did not occur, too");
  add_question(app_, "workers", "What each polling thread does",
               [this] { return show_workers(asking_); });
  add_question(app_, "ports", "Links, and what devices received, sent and lost",
               [this] { return show_ports(asking_); });
  CLI::App* top = add_question(app_, "top", "What stentord does in a second, until it is ended",
                               [this] { return run_top(asking_, top_); });
  top->add_option("--interval", top_.interval, "Seconds between two looks")
      // CLI::Range takes what is no number for one between.
      ->check([](const std::string& text) {
        const double seconds = std::strtod(text.c_str(), nullptr);
        const bool is_right = seconds >= 0.1 && seconds <= 3600;
        return is_right ? std::string() : "'" + text + "' is not 0.1 to 3600";
      })
      ->capture_default_str();
  top->add_option("--looks", top_.looks, "As many, and no more [until it is ended]")
      ->check(CLI::PositiveNumber);
}

void CommandLine::add_leases() {
  CLI::App* leases = app_.add_subcommand("leases", "Who has which address");
  leases->require_subcommand(1);
  leases->footer(kFooter);
  CLI::App* list =
      add_question(*leases, "list", "Addresses that somebody has, for how long, and who",
                   [this] { return show_leases(asking_, leases_); });
  list->add_option("--address", leases_.address, "Of this address");
  list->add_option("--mac", leases_.mac, "Of the machine with this MAC address");
  list->add_option("--subnet", leases_.subnet, "In this network, like 10.20.0.0/16");
  list->add_option("--state", leases_.state, "offered, bound or declined");
  list->add_option("--limit", leases_.limit, "As many at the most [all]");

  add_leases_export(*leases);
  add_leases_import(*leases);
  add_leases_release(*leases);
}

void CommandLine::add_leases_release(CLI::App& leases) {
  add_question(leases, "release",
               "End leases as if their holders had given them back, or what sets addresses aside",
               [this] { return run_release(asking_, released_); })
      ->add_option("ADDRESS", released_,
                   "Whose lease is to end; a MAC address: all that are known by it, where leases "
                   "are kept under those")
      ->required();
}

void CommandLine::add_leases_export(CLI::App& leases) {
  using Format = ExportCommand::Format;
  CLI::App* command =
      add(leases, "export", "Write all leases to a file, of a running stentord or of its database",
          [this] { return run_export(asking_, export_); });
  command->add_option("FILE", export_.output, "Where to write them ('-': standard output)")
      ->capture_default_str();
  command
      ->add_option("-f,--format", export_.format,
                   "json: as the API has leases; csv: a line each, which `leases import` reads")
      ->type_name("json|csv")
      ->default_str("json")
      ->transform(CLI::Transformer(
          std::map<std::string, Format>{{"json", Format::json}, {"csv", Format::csv}}));
  add_server(*command,
             command->add_option("--database", export_.database,
                                 "The lease database to read, whether or not a stentord has it"));
}

void CommandLine::add_leases_import(CLI::App& leases) {
  using Format = store::ForeignFormat;
  const std::map<std::string, Format> formats{{"kea", Format::kea},
                                              {"isc", Format::isc},
                                              {"dnsmasq", Format::dnsmasq},
                                              {"stentor", Format::stentor}};
  CLI::App* import = add(leases, "import",
                         "Take over another DHCP server's leases, or exported ones, while neither "
                         "it nor stentord runs",
                         [this] { return run_import(import_); });
  import->add_option("--from", import_.format, "Whose file it is")
      ->required()
      ->type_name("kea|isc|dnsmasq|stentor")
      ->transform(CLI::Transformer(formats));
  import
      ->add_option("FILE", import_.file,
                   "kea-leases4.csv, dhcpd.leases, dnsmasq.leases, or exported as csv")
      ->required();
  import
      ->add_option("-c,--config", import_.config,
                   "stentord's configuration: its database, and who a client is")
      ->capture_default_str();
}

void CommandLine::add_hosts() {
  CLI::App* hosts = app_.add_subcommand("hosts", "What is set for machines at run time");
  hosts->require_subcommand(1);
  hosts->footer(kFooter);
  add_mac(*add_question(*hosts, "list", "What is set for machines, over the configuration",
                        [this] { return show_hosts(asking_, host_); }),
          host_);
  add_hosts_set(*hosts);
  add_hosts_boot_once(*hosts);
  add_mac(*add_question(*hosts, "remove", "Set nothing for a machine any more",
                        [this] { return run_host_removal(asking_, host_); }),
          host_)
      ->required();
}

void CommandLine::add_hosts_set(CLI::App& hosts) {
  CLI::App* set = add_question(hosts, "set", "Set something for a machine; '' takes it away",
                               [this] { return run_host_change(asking_, host_change_); });
  add_mac(*set, host_change_.mac)->required();
  const auto add_field = [&](const char* option, const char* what) {
    return set->add_option_function<std::string>(
        option,
        [this, field = option + 2](const std::string& value) {
          host_change_.fields.emplace_back(field, value);
        },
        what);
  };
  add_field("--address", "The IPv4 address that it gets");
  add_field("--hostname", "Its host name");
  add_field("--classes", "Classes that it is of besides those that it matches, with commas");
  add_field("--boot-file", "The boot file that it is told, before every boot rule");
  add_field("--local", "Whether it is told no boot file, and goes on to its disk")
      ->type_name("yes|no")
      ->transform(CLI::Validator(take_yes_or_no, ""));
  add_field("--boot-once", "A file that it is told in place of all else, until it has fetched it");
  add_field("--boot-once-for", "Who is told that one: all that boots there, or iPXE alone")
      ->type_name("all|ipxe")
      ->check(refuse_other_readers);
  set->parse_complete_callback([this] {
    if (host_change_.fields.empty()) throw CLI::RequiredError("An option that says what to set");
  });
}

void CommandLine::add_hosts_boot_once(CLI::App& hosts) {
  CLI::App* command =
      add_question(hosts, "boot-once",
                   "Tell a machine a file in place of all else, until it has fetched it once",
                   [this] { return run_boot_once(asking_, boot_once_); });
  add_mac(*command, boot_once_.mac)->required();
  CLI::Option* file =
      command->add_option("FILE", boot_once_.file, "Which one")->check([](const std::string& text) {
        return text.empty() ? std::string("it is empty: --cancel calls off what is set")
                            : std::string();
      });
  CLI::Option* ipxe = command->add_flag("--ipxe", boot_once_.is_for_ipxe,
                                        "Tell it to iPXE alone, which firmware loads first");
  command->add_flag("--cancel", boot_once_.cancels, "Call it off")->excludes(file)->excludes(ipxe);
  command->parse_complete_callback([this] {
    if (boot_once_.file.empty() && !boot_once_.cancels)
      throw CLI::RequiredError("FILE or --cancel");
  });
}

void CommandLine::add_clients() {
  CLI::App* clients = add_question(
      app_, "clients", "How far machines have come with their boot, and where some stop",
      [this] { return show_clients(asking_, clients_); });
  clients->add_flag("--stuck", clients_.stuck, "Only those that stopped before their end");
  clients->add_option("--silent", clients_.silent,
                      "Seconds without a sign from which one is called stuck [30]");
  clients->add_option(
      "--stage", clients_.stage,
      "asking, offered, told, refused, declined, elsewhere, bound, loading, failed, "
      "loaded or released");
  clients->add_option("--mac", clients_.mac, "The machine with this MAC address");
  clients->add_option("--address", clients_.address, "The machine with this address");
  clients->add_option("--limit", clients_.limit, "As many at the most [all]");
}

void CommandLine::add_transfers() {
  CLI::App* transfers = add_question(app_, "transfers", "Files that are on their way",
                                     [this] { return show_transfers(asking_, transfers_); });
  transfers->add_option("--address", transfers_.address, "To the client with this address");
  transfers->add_option("--limit", transfers_.limit, "As many at the most [all]");
}

void CommandLine::add_events() {
  CLI::App* events =
      add_question(app_, "events", "What has happened of late, or happens from now on, a line each",
                   [this] { return show_events(asking_, events_); });
  CLI::Option* follow =
      events->add_flag("-f,--follow", events_.follow, "From now on, until it is ended");
  events->add_option("--type", events_.type,
                     "lease, transfer, boot, reload, port, alarm or host, or several with commas "
                     "[all]");
  events->add_option("--limit", events_.limit, "As many at the most [all]")->excludes(follow);
}

void CommandLine::add_capture() {
  CLI::App* capture =
      add(app_, "capture", "Write the frames that stentord receives and sends to a pcapng file",
          [this] { return run_capture(asking_, capture_); });
  capture
      ->add_option("-w,--write", capture_.output,
                   "The file, which is written over ('-': standard output)")
      ->required();
  capture->add_option("--mac", capture_.mac,
                      "Of or to this MAC address, or in DHCP about the machine that has it");
  capture->add_option("--address,--ip", capture_.address,
                      "Of or to this IPv4 address, or in DHCP about it");
  capture->add_option("--port", capture_.port, "From or to this UDP port");
  capture->add_flag("--drops", capture_.drops_only,
                    "Those alone that were dropped, each with why in its comment");
  capture->add_option("-s,--snap", capture_.snap,
                      "So many bytes of each frame, from its front [all]");
  capture->add_option("-c,--frames", capture_.frames, "As many, and then end [until it is ended]");
  capture->add_option("--seconds", capture_.seconds, "So long, and then end [until it is ended]");
  for (CLI::Option* option : capture->get_options()) {
    option->check([](const std::string& text) {
      return text.empty() ? std::string("it is empty: leave it out, or say which") : std::string();
    });
  }
  add_server(*capture);
}

void CommandLine::add_images() {
  CLI::App* images = app_.add_subcommand("images", "Boot files and their manifests");
  images->require_subcommand(1);
  images->footer(kFooter);
  CLI::App* list =
      add_question(*images, "list", "Files that stentord serves, and those it does not",
                   [this] { return show_images(asking_, images_); });
  list->add_option("--prefix", images_.prefix, "Whose path begins so");
  list->add_flag("--rejected", images_.rejected, "Only those that are not served, with why");
  list->add_option("--limit", images_.limit, "As many at the most [all]");

  CLI::App* manifest = add(*images, "manifest", "Write the manifest of the boot files in a folder",
                           [this] { return run_manifest(manifest_); });
  manifest->add_option("DIR", manifest_.folder, "The image root")->required();
  manifest->add_option("-o,--output", manifest_.output,
                       "Where to write it ('-': standard output) [DIR/STENTOR.manifest or "
                       "DIR/SHA256SUMS]");
  manifest
      ->add_option("-f,--format", manifest_.format,
                   "chunks: SHA-256 of every 32 KiB, verified at several GB/s a core; sha256sums: "
                   "as sha256sum(1) writes")
      ->check(CLI::IsMember({"chunks", "sha256sums"}))
      ->capture_default_str();

  CLI::App* verify =
      add(*images, "verify",
          "Check the boot files in a folder against a manifest, as stentord does at load",
          [this] { return run_verify(verify_); });
  verify->add_option("DIR", verify_.folder, "The image root")->required();
  verify->add_option("-m,--manifest", verify_.manifest,
                     "The manifest, of either format [DIR/SHA256SUMS, else DIR/STENTOR.manifest]");
}

void CommandLine::add_config() {
  CLI::App* config = app_.add_subcommand("config", "The configuration of a running stentord");
  config->require_subcommand(1);
  config->footer(kFooter);
  add_question(*config, "show", "The configuration in force, as it was read",
               [this] { return show_config(asking_); });
  add_reload(*config);
  add_reload(app_);
  CLI::App* drain = add_question(app_, "drain", "Begin nothing new, and let what has begun go on",
                                 [this] { return run_drain(asking_, drain_); });
  drain->add_flag("--wait", drain_.waits, "Until no transfer lives");
  drain->add_flag("--end", drain_.ends, "Serve all again")->excludes("--wait");
  add_question(app_, "log-level", "Which lines stentord writes to its log, and from now on",
               [this] { return run_log_level(asking_, log_level_); })
      ->add_option("LEVEL", log_level_, "Set it [only shown]")
      ->check(CLI::IsMember({"error", "warning", "info", "debug"}));
}

void CommandLine::add_reload(CLI::App& to) {
  add_question(to, "reload", "Read the configuration again, and serve it if nothing is wrong",
               [this] { return run_reload(asking_, dry_run_); })
      ->add_flag("--dry-run", dry_run_,
                 "Change nothing; print what would change, and what is wrong");
}

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// stentorctl's commands and options, each command a function of what was given.

#include <CLI/CLI.hpp>
#include <functional>

#include "capture.h"
#include "drain.h"
#include "events.h"
#include "exit_status.h"
#include "hosts.h"
#include "images_manifest.h"
#include "images_verify.h"
#include "leases_export.h"
#include "leases_import.h"
#include "leases_release.h"
#include "log_level.h"
#include "reload.h"
#include "show.h"
#include "top.h"

namespace stentor::ctl {

class CommandLine {
 public:
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // Parses and runs; help, the version and mistakes are printed.
  ExitStatus run(int argument_count, const char* const* arguments);
  [[nodiscard]] const CLI::App& app() const { return app_; }

 private:
  CLI::App* add(CLI::App& to, const char* name, const char* what,
                std::function<ExitStatus()> action);
  // --socket, or --url with what belongs to it. `other`: a source in place of a stentord.
  void add_server(CLI::App& to, CLI::Option* other = nullptr);
  // With those and --json.
  CLI::App* add_question(CLI::App& to, const char* name, const char* what,
                         std::function<ExitStatus()> action);
  void add_figures();
  void add_leases();
  void add_leases_export(CLI::App& leases);
  void add_leases_import(CLI::App& leases);
  void add_leases_release(CLI::App& leases);
  void add_hosts();
  void add_hosts_set(CLI::App& hosts);
  void add_hosts_boot_once(CLI::App& hosts);
  void add_clients();
  void add_transfers();
  void add_events();
  void add_capture();
  void add_images();
  void add_config();
  void add_reload(CLI::App& to);

  CLI::App app_;
  std::function<ExitStatus()> action_;
  Asking asking_;
  bool is_socket_given_ = false;
  bool all_drops_ = false;
  Top top_;
  bool dry_run_ = false;
  Drain drain_;
  std::string log_level_;
  LeaseQuestion leases_;
  ExportCommand export_;
  ImportCommand import_;
  std::vector<std::string> released_;
  std::string host_;
  HostChange host_change_;
  BootOnce boot_once_;
  ClientQuestion clients_;
  TransferQuestion transfers_;
  EventQuestion events_;
  CaptureCommand capture_;
  ImageQuestion images_;
  ManifestCommand manifest_;
  VerifyCommand verify_;
};

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
// stentorctl: the operator's command. This file is its command line; each command has its own file.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "exit_status.h"
#include "images_manifest.h"
#include "images_verify.h"
#include "leases_import.h"

namespace stentor::ctl {
namespace {

constexpr const char* kFooter =
    "Exit status: 0 all right; 1 a file is bad or was left out, or the command failed (stderr says "
    "why); 2 the command line was not understood.";

CLI::App* add_manifest(CLI::App& images, ManifestCommand& command) {
  CLI::App* app =
      images.add_subcommand("manifest", "Write the manifest of the boot files in a folder");
  app->add_option("DIR", command.folder, "The image root")->required();
  app->add_option("-o,--output", command.output,
                  "Where to write it ('-': standard output) [DIR/STENTOR.manifest or "
                  "DIR/SHA256SUMS]");
  app->add_option("-f,--format", command.format,
                  "chunks: SHA-256 of every 32 KiB, verified at several GB/s a core; sha256sums: "
                  "as sha256sum(1) writes")
      ->check(CLI::IsMember({"chunks", "sha256sums"}))
      ->capture_default_str();
  return app;
}

CLI::App* add_verify(CLI::App& images, VerifyCommand& command) {
  CLI::App* app = images.add_subcommand(
      "verify", "Check the boot files in a folder against a manifest, as stentord does at load");
  app->add_option("DIR", command.folder, "The image root")->required();
  app->add_option("-m,--manifest", command.manifest,
                  "The manifest, of either format [DIR/SHA256SUMS, else DIR/STENTOR.manifest]");
  return app;
}

CLI::App* add_import(CLI::App& leases, ImportCommand& command) {
  using Format = store::ForeignFormat;
  CLI::App* app = leases.add_subcommand(
      "import", "Take over another DHCP server's leases, while neither it nor stentord runs");
  app->add_option("--from", command.format, "Whose file it is")
      ->required()
      ->type_name("kea|isc|dnsmasq")
      ->transform(CLI::Transformer(std::map<std::string, Format>{
          {"kea", Format::kea}, {"isc", Format::isc}, {"dnsmasq", Format::dnsmasq}}));
  app->add_option("FILE", command.file, "kea-leases4.csv, dhcpd.leases, dnsmasq.leases")
      ->required();
  app->add_option("-c,--config", command.config,
                  "stentord's configuration: its database, and who a client is")
      ->capture_default_str();
  return app;
}

ExitStatus run(int argument_count, char** arguments) {
  CLI::App app("Talks to Stentor, the PXE boot appliance, and prepares its boot files.",
               "stentorctl");
  app.set_version_flag("--version", std::string("stentorctl " STENTOR_VERSION));
  app.require_subcommand(1);
  app.footer(kFooter);
  CLI::App* images = app.add_subcommand("images", "Boot files and their manifests");
  images->require_subcommand(1);
  images->footer(kFooter);
  ManifestCommand manifest;
  VerifyCommand verify;
  const CLI::App* manifest_app = add_manifest(*images, manifest)->footer(kFooter);
  add_verify(*images, verify)->footer(kFooter);
  CLI::App* leases = app.add_subcommand("leases", "Leases on disk");
  leases->require_subcommand(1);
  leases->footer(kFooter);
  ImportCommand import;
  const CLI::App* import_app = add_import(*leases, import)->footer(kFooter);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitStatus::all_right : ExitStatus::wrong_command;
  }
  if (import_app->parsed()) return run_import(import);
  return manifest_app->parsed() ? run_manifest(manifest) : run_verify(verify);
}

}  // namespace
}  // namespace stentor::ctl

int main(int argument_count, char** arguments) {
  try {
    return static_cast<int>(stentor::ctl::run(argument_count, arguments));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stentorctl: %s\n", error.what());
    return static_cast<int>(stentor::ctl::ExitStatus::failed);
  }
}

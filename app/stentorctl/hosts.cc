// SPDX-License-Identifier: BSD-3-Clause
#include "hosts.h"

#include <cstdio>

#include "control/http_client.h"
#include "pages.h"
#include "text_table.h"

namespace stentor::ctl {

namespace {

std::string path_of(const std::string& mac) { return "/v1/hosts/" + control::percent_encoded(mac); }

std::string said(const Json& host, const char* key) {
  const Json& value = host.at(key);
  return value.is_null() ? "-" : value.get<std::string>();
}

// As `hosts set` takes them.
std::string classes_in(const Json& host) {
  std::string all;
  for (const Json& name : host.at("classes")) {
    all += (all.empty() ? "" : ",") + name.get<std::string>();
  }
  return all.empty() ? "-" : all;
}

std::string boot_once_in(const Json& host) {
  return said(host, "boot_once") + (host.at("boot_once_for") == "ipxe" ? " (iPXE)" : "");
}

void print_table(const Json& hosts) {
  TextTable table({{"MAC"}, {"ADDRESS"}, {"HOSTNAME"}, {"CLASSES"}, {"BOOT"}, {"ONCE"}});
  for (const Json& host : hosts) {
    const bool is_local = host.at("local").get<bool>();
    table.add({said(host, "mac"), said(host, "address"), said(host, "hostname"), classes_in(host),
               is_local ? "local" : said(host, "boot_file"), boot_once_in(host)});
  }
  if (table.is_empty()) {
    std::puts("Nothing is set for any machine.");
  } else {
    table.print();
  }
}

void print_problems(std::FILE* to, const std::string& before, const Json& host) {
  for (const Json& problem : host.at("problems")) {
    const std::string line = before + ": " + problem.get<std::string>();
    std::fprintf(to, "%s\n", harmless(line).c_str());
  }
}

// The host as it is then, or an ExitStatus, and why has been said.
tl::expected<Json, ExitStatus> patch(const Asking& asking, const std::string& mac,
                                     const Parameters& fields) {
  auto answer = tell(asking, "PATCH", target_with(path_of(mac), fields));
  if (!answer) return tl::unexpected(answer.error());
  if (!answer->is_success()) return tl::unexpected(fail(asking, *answer));
  return std::move(answer->json);
}

}  // namespace

ExitStatus show_hosts(const Asking& asking, const std::string& mac) {
  const auto answer =
      mac.empty() ? ask_all(asking, {"/v1/hosts", "hosts"}) : ask(asking, path_of(mac));
  if (!answer) return answer.error();
  if (asking.json) return print_json(*answer);
  const Json hosts = mac.empty() ? answer->at("hosts") : Json::array({*answer});
  print_table(hosts);
  for (const Json& host : hosts) print_problems(stdout, said(host, "mac"), host);
  return ExitStatus::all_right;
}

ExitStatus run_host_change(const Asking& asking, const HostChange& change) {
  const auto host = patch(asking, change.mac, change.fields);
  if (!host) return host.error();
  if (asking.json) return print_json(*host);
  print_table(Json::array({*host}));
  print_problems(stderr, "warning", *host);
  return ExitStatus::all_right;
}

ExitStatus run_boot_once(const Asking& asking, const BootOnce& once) {
  Parameters fields{{"boot-once", once.file}};
  if (!once.cancels) fields.emplace_back("boot-once-for", once.is_for_ipxe ? "ipxe" : "all");
  const auto host = patch(asking, once.mac, fields);
  if (!host) return host.error();
  if (asking.json) return print_json(*host);
  const std::string mac = harmless(said(*host, "mac"));
  if (once.cancels) {
    std::printf("%s is told no file for one boot: it is called off.\n", mac.c_str());
  } else {
    std::printf("%s%s is told %s in place of all else, until it has fetched it once.\n",
                host->at("boot_once_for") == "ipxe" ? "iPXE of " : "", mac.c_str(),
                harmless(said(*host, "boot_once")).c_str());
  }
  print_problems(stderr, "warning", *host);
  return ExitStatus::all_right;
}

ExitStatus run_host_removal(const Asking& asking, const std::string& mac) {
  const auto answer = tell(asking, "DELETE", path_of(mac));
  if (!answer) return answer.error();
  if (!answer->is_success()) return fail(asking, *answer);
  if (asking.json) return print_json(answer->json);
  std::printf("Nothing is set for %s any more.\n", harmless(said(answer->json, "mac")).c_str());
  return ExitStatus::all_right;
}

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
// What is one answer; show_pages.cc has the lists that come in pages.
#include "show.h"

#include <algorithm>
#include <cstdio>

#include "duration_text.h"
#include "port_losses.h"
#include "text_table.h"

namespace stentor::ctl {

namespace {

using Align = TextTable::Align;

std::string number_in(const Json& object, const char* key) { return object.at(key).dump(); }

std::string text_in(const Json& object, const char* key) {
  return object.at(key).get<std::string>();
}

// "a, b"
std::string joined(const Json& texts) {
  std::string all;
  for (const Json& text : texts) all += (all.empty() ? "" : ", ") + text.get<std::string>();
  return all;
}

std::uint64_t losses_in(const Json& figures) {
  std::uint64_t sum = 0;
  for (const char* name : kPortLosses) sum += figures.at(name).get<std::uint64_t>();
  return sum;
}

void print_line(const char* name, const std::string& text) {
  std::printf("%-10s %s\n", name, harmless(text).c_str());
}

// Subnets that are shown one by one.
constexpr std::size_t kSubnetsShown = 20;

std::string counts_in(const Json& row) {
  return number_in(row, "bound") + " bound, " + number_in(row, "offered") + " offered, " +
         number_in(row, "declined") + " set aside, " + number_in(row, "reserved") + " reserved, " +
         number_in(row, "free") + " free";
}

void print_leases(const Json& leases) {
  print_line("leases", counts_in(leases));
  const Json& subnets = leases.at("subnets");
  if (subnets.size() < 2) return;
  for (std::size_t i = 0; i < std::min(subnets.size(), kSubnetsShown); ++i) {
    print_line("", text_in(subnets[i], "subnet") + ": " + counts_in(subnets[i]));
  }
  if (subnets.size() > kSubnetsShown) {
    print_line("", "and " + std::to_string(subnets.size() - kSubnetsShown) +
                       " more subnets: --json has them");
  }
}

}  // namespace

ExitStatus show_status(const Asking& asking) {
  const auto status = ask(asking, "/v1/status");
  if (!status) return status.error();
  if (asking.json) return print_json(*status);
  const Json& figures = status->at("figures");
  const Json& images = status->at("images");
  const Json& leases = status->at("leases");
  print_line("stentord", text_in(*status, "version") + ", up " +
                             duration_text(status->at("uptime_seconds").get<std::uint64_t>()));
  print_line("ports", number_in(status->at("ports"), "up") + " up of " +
                          number_in(status->at("ports"), "all") + ", " +
                          number_in(*status, "workers") + " workers");
  print_line("frames", number_in(figures, "frames_received") + " received, " +
                           number_in(figures, "frames_sent") + " sent");
  print_line("DHCP", number_in(figures, "dhcp_replies") + " replies, " +
                         number_in(leases, "addresses") + " addresses, durability " +
                         text_in(leases, "durability"));
  print_leases(leases);
  print_line("TFTP", number_in(*status, "transfers") + " transfers, " +
                         number_in(figures, "transfers_completed") + " completed, " +
                         number_in(figures, "transfers_given_up") + " given up");
  if (status->at("draining").get<bool>()) {
    print_line("draining", "nothing new begins: `stentorctl drain --end` ends that");
  }
  print_line("images", number_in(images, "served") + " served, " + number_in(images, "rejected") +
                           " not, generation " + number_in(images, "generation"));
  for (const Json& problem : status->at("problems")) {
    print_line("problem:", problem.get<std::string>());
  }
  return ExitStatus::all_right;
}

ExitStatus show_drops(const Asking& asking, bool all) {
  const auto answer = ask(asking, "/v1/drops");
  if (!answer) return answer.error();
  if (asking.json) return print_json(*answer);
  TextTable table({{"COUNT", Align::right}, {"KIND"}, {"REASON"}, {"MEANING"}});
  for (const auto& [list, kind] : {std::pair{"drops", "drop"}, std::pair{"refusals", "refusal"}}) {
    for (const Json& row : answer->at(list)) {
      if (!all && row.at("count") == 0) continue;
      table.add({number_in(row, "count"), kind, text_in(row, "reason"), text_in(row, "meaning")});
    }
  }
  if (table.is_empty()) {
    std::puts("Nothing was dropped or refused.");
  } else {
    table.print();
  }
  return ExitStatus::all_right;
}

ExitStatus show_workers(const Asking& asking) {
  const auto answer = ask(asking, "/v1/workers");
  if (!answer) return answer.error();
  if (asking.json) return print_json(*answer);
  TextTable table({{"WORKER", Align::right},
                   {"CORE", Align::right},
                   {"TRANSFERS", Align::right},
                   {"RECEIVED", Align::right},
                   {"SENT", Align::right},
                   {"HANDED OVER", Align::right},
                   {"QUEUES"}});
  for (const Json& row : answer->at("workers")) {
    const Json& figures = row.at("figures");
    table.add({number_in(row, "worker"), number_in(row, "core"), number_in(row, "transfers"),
               number_in(figures, "frames_received"), number_in(figures, "frames_sent"),
               number_in(figures, "frames_handed_over"), joined(row.at("queues"))});
  }
  table.print();
  return ExitStatus::all_right;
}

ExitStatus show_ports(const Asking& asking) {
  const auto answer = ask(asking, "/v1/ports");
  if (!answer) return answer.error();
  if (asking.json) return print_json(*answer);
  TextTable table({{"PORT"},
                   {"LINK"},
                   {"RECEIVED", Align::right},
                   {"SENT", Align::right},
                   {"LOST", Align::right},
                   {"MAC"},
                   {"NETWORKS"},
                   {"DEVICE"}});
  for (const Json& row : answer->at("ports")) {
    const Json& figures = row.at("figures");
    table.add({text_in(row, "port"), text_in(row, "link"), number_in(figures, "frames_received"),
               number_in(figures, "frames_sent"), std::to_string(losses_in(figures)),
               text_in(row, "mac"), joined(row.at("networks")), text_in(row, "device")});
  }
  table.print();
  return ExitStatus::all_right;
}

ExitStatus show_config(const Asking& asking) {
  const auto answer = ask(asking, "/v1/config");
  if (!answer) return answer.error();
  if (asking.json) return print_json(*answer);
  std::printf("# %s\n%s", text_in(*answer, "origin").c_str(), text_in(*answer, "text").c_str());
  return ExitStatus::all_right;
}

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
// Lists that come in pages, fetched to their end or to as many rows as are wanted.
#include <cstdio>

#include "duration_text.h"
#include "pages.h"
#include "show.h"
#include "text_table.h"

namespace stentor::ctl {

namespace {

// A text that is not always said.
std::string said(const Json& row, const char* key) {
  return row.contains(key) && row.at(key).is_string() ? row.at(key).get<std::string>() : "";
}

// What stands behind a list that was not fetched to its end.
void print_rest(const Json& answer) {
  if (!answer.at("next").is_null()) std::puts("There are more: --limit says how many are shown.");
}

// `none`: what is said where the list is empty.
ExitStatus print_list(const TextTable& table, const char* none, const Json& answer) {
  if (table.is_empty()) {
    std::puts(none);
  } else {
    table.print();
  }
  print_rest(answer);
  return ExitStatus::all_right;
}

}  // namespace

ExitStatus show_leases(const Asking& asking, const LeaseQuestion& question) {
  const auto answer = ask_all(asking, {"/v1/leases",
                                       "leases",
                                       {{"address", question.address},
                                        {"mac", question.mac},
                                        {"subnet", question.subnet},
                                        {"state", question.state}},
                                       question.limit});
  if (!answer) return answer.error();
  if (asking.json) return print_json(*answer);
  TextTable table({{"ADDRESS"}, {"STATE"}, {"LEFT", TextTable::Align::right}, {"MAC"}, {"NAME"}});
  for (const Json& row : answer->at("leases")) {
    const bool ends = row.contains("seconds_left");
    table.add({said(row, "address"), said(row, "state"),
               ends ? duration_text(row.at("seconds_left").get<std::uint64_t>()) : "never",
               said(row, "mac"), said(row, "hostname")});
  }
  return print_list(table, "No lease is like that.", *answer);
}

ExitStatus show_clients(const Asking& asking, const ClientQuestion& question) {
  const auto answer = ask_all(asking, {"/v1/clients",
                                       "clients",
                                       {{"mac", question.mac},
                                        {"address", question.address},
                                        {"stage", question.stage},
                                        {"stuck", question.stuck ? "true" : ""},
                                        {"silent", question.silent}},
                                       question.limit});
  if (!answer) return answer.error();
  if (asking.json) return print_json(*answer);
  constexpr auto kRight = TextTable::Align::right;
  TextTable table({{"MAC"},
                   {"ADDRESS"},
                   {"STAGE"},
                   {"TOOK", kRight},
                   {"SILENT", kRight},
                   {"BYTES", kRight},
                   {"RESENT", kRight},
                   {"WHERE"}});
  for (const Json& row : answer->at("clients")) {
    const auto seconds = [&](const char* key) {
      return duration_text(row.at(key).get<std::uint64_t>());
    };
    const std::string where = said(row, "where");
    table.add({said(row, "mac"), said(row, "address"), said(row, "stage"), seconds("seconds"),
               seconds("silent_seconds"), row.at("bytes").dump(), row.at("blocks_resent").dump(),
               row.at("stuck").get<bool>() ? "stuck: " + where : where});
  }
  return print_list(table, question.stuck ? "No machine is stuck." : "No machine is like that.",
                    *answer);
}

ExitStatus show_transfers(const Asking& asking, const TransferQuestion& question) {
  const auto answer = ask_all(
      asking, {"/v1/transfers", "transfers", {{"address", question.address}}, question.limit});
  if (!answer) return answer.error();
  if (asking.json) return print_json(*answer);
  constexpr auto kRight = TextTable::Align::right;
  TextTable table({{"CLIENT"},
                   {"TOOK", kRight},
                   {"SILENT", kRight},
                   {"BYTES", kRight},
                   {"OF", kRight},
                   {"BYTES/S", kRight},
                   {"RESENT", kRight},
                   {"PATH"}});
  for (const Json& row : answer->at("transfers")) {
    const auto seconds = [&](const char* key) {
      return duration_text(row.at(key).get<std::uint64_t>());
    };
    table.add({said(row, "address") + ":" + row.at("port").dump(), seconds("seconds"),
               seconds("silent_seconds"), row.at("bytes_acknowledged").dump(),
               row.at("bytes").dump(), row.at("bytes_per_second").dump(),
               row.at("blocks_resent").dump(), said(row, "path")});
  }
  return print_list(table, "No file is on its way.", *answer);
}

ExitStatus show_images(const Asking& asking, const ImageQuestion& question) {
  const auto answer =
      question.rejected
          ? ask(asking, "/v1/images", {{"limit", "1"}})
          : ask_all(asking,
                    {"/v1/images", "images", {{"prefix", question.prefix}}, question.limit});
  if (!answer) return answer.error();
  if (asking.json && !question.rejected) return print_json(*answer);
  if (asking.json)
    return print_json(
        {{"rejected_count", answer->at("rejected_count")}, {"rejected", answer->at("rejected")}});
  if (!question.rejected) {
    TextTable served({{"BYTES", TextTable::Align::right}, {"PATH"}});
    for (const Json& row : answer->at("images")) {
      served.add({row.at("bytes").dump(), said(row, "path")});
    }
    if (!served.is_empty()) served.print();
    print_rest(*answer);
  }
  TextTable rejected({{"NOT SERVED"}, {"WHY"}});
  for (const Json& row : answer->at("rejected")) {
    rejected.add({said(row, "path"), said(row, "reason")});
  }
  if (!rejected.is_empty()) rejected.print();
  const auto listed = answer->at("rejected").size();
  const auto count = answer->at("rejected_count").get<std::uint64_t>();
  if (count > listed)
    std::printf("And %llu more.\n", static_cast<unsigned long long>(count - listed));
  return ExitStatus::all_right;
}

}  // namespace stentor::ctl

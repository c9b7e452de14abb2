// SPDX-License-Identifier: BSD-3-Clause
#include "top_figures.h"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <initializer_list>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "duration_text.h"
#include "port_losses.h"
#include "text_table.h"

namespace stentor::ctl {

namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

std::uint64_t count_in(const Json& object, const char* key) {
  return object.at(key).get<std::uint64_t>();
}

// What went back began again at zero.
double rate(std::uint64_t before, std::uint64_t now, double seconds) {
  return static_cast<double>(now < before ? now : now - before) / seconds;
}

// Of each counter.
Json rates(const Json& before, const Json& now, double seconds) {
  Json rates = Json::object();
  for (const auto& [name, value] : now.items()) {
    if (!value.is_number_integer()) continue;
    const std::uint64_t was = before.value(name, std::uint64_t{0});
    rates[name] = rate(was, value.get<std::uint64_t>(), seconds);
  }
  return rates;
}

// The row of `rows` whose `key` is that of `row`, or an empty one.
Json same_row(const Json& rows, const Json& row, const char* key) {
  const auto found =
      std::ranges::find_if(rows, [&](const Json& each) { return each.at(key) == row.at(key); });
  return found == rows.end() ? Json::object() : *found;
}

Json rates_of_rows(const Json& before, const Json& now, const char* key,
                   std::initializer_list<const char*> kept, double seconds) {
  Json rows = Json::array();
  for (const Json& row : now) {
    Json& made = rows.emplace_back(Json::object());
    for (const char* name : kept) made[name] = row.at(name);
    const Json was = same_row(before, row, key);
    made["per_second"] = rates(was.value("figures", Json::object()), row.at("figures"), seconds);
  }
  return rows;
}

Json reasons(const TopLook& before, const TopLook& now, double seconds) {
  std::vector<Json> rows;
  for (const auto& [list, kind] : {std::pair{"drops", "drop"}, std::pair{"refusals", "refusal"}}) {
    for (const Json& row : now.drops.at(list)) {
      const Json was = same_row(before.drops.at(list), row, "reason");
      const double per_second =
          rate(was.value("count", std::uint64_t{0}), count_in(row, "count"), seconds);
      if (per_second == 0) continue;
      rows.push_back({{"kind", kind},
                      {"reason", row.at("reason")},
                      {"per_second", per_second},
                      {"count", row.at("count")}});
    }
  }
  std::ranges::stable_sort(rows, std::ranges::greater(),
                           [](const Json& row) { return row.at("per_second").get<double>(); });
  return rows;
}

// Before anything was counted.
TopLook look_at_nothing(std::chrono::steady_clock::time_point at) {
  const Json none = Json::array();
  return {.at = at,
          .status = {{"uptime_seconds", 0}, {"figures", Json::object()}},
          .workers = {{"workers", none}},
          .ports = {{"ports", none}},
          .drops = {{"drops", none}, {"refusals", none}}};
}

std::string whole(const Json& rates, const char* name) {
  return fmt::format("{:.0f}", rates.at(name).get<double>());
}

std::string gigabits(const Json& rates, const char* bytes) {
  return fmt::format("{:.2f}", rates.at(bytes).get<double>() * 8 / 1e9);
}

std::string text_in(const Json& row, const char* key) {
  const Json& value = row.at(key);
  return value.is_string() ? value.get<std::string>() : "";
}

void add_summary(std::string& text, const Json& figures) {
  const Json& rates = figures.at("per_second");
  const Json& leases = figures.at("leases");
  const auto add = [&text](const char* name, const std::string& line) {
    text += fmt::format("{:<10} {}\n", name, harmless(line));
  };
  add("stentord", text_in(figures, "version") + ", up " +
                      duration_text(count_in(figures, "uptime_seconds")) +
                      (figures.at("draining").get<bool>() ? ", draining" : ""));
  for (const auto& [name, frames, bytes] :
       {std::tuple{"received", "frames_received", "bytes_received"},
        std::tuple{"sent", "frames_sent", "bytes_sent"}}) {
    add(name, whole(rates, frames) + " frames/s, " + gigabits(rates, bytes) + " Gbit/s");
  }
  add("DHCP", whole(rates, "dhcp_replies") + " replies/s; " + leases.at("bound").dump() +
                  " bound, " + leases.at("offered").dump() + " offered, " +
                  leases.at("free").dump() + " free");
  add("TFTP", figures.at("transfers").dump() + " transfers; " + whole(rates, "transfers_begun") +
                  " begun/s, " + whole(rates, "transfers_completed") + " completed/s, " +
                  whole(rates, "transfers_given_up") + " given up/s");
  add("blocks",
      whole(rates, "blocks_sent") + " sent/s, " + whole(rates, "blocks_resent") + " of them again");
  for (const Json& problem : figures.at("problems")) add("problem:", problem.get<std::string>());
}

TextTable workers_table(const Json& rows) {
  TextTable table({{"WORKER", Align::right},
                   {"CORE", Align::right},
                   {"TRANSFERS", Align::right},
                   {"RECEIVED/S", Align::right},
                   {"SENT/S", Align::right},
                   {"SENT GBIT/S", Align::right}});
  for (const Json& row : rows) {
    const Json& rates = row.at("per_second");
    table.add({row.at("worker").dump(), row.at("core").dump(), row.at("transfers").dump(),
               whole(rates, "frames_received"), whole(rates, "frames_sent"),
               gigabits(rates, "bytes_sent")});
  }
  return table;
}

TextTable ports_table(const Json& rows) {
  TextTable table({{"PORT"},
                   {"LINK"},
                   {"RECEIVED/S", Align::right},
                   {"SENT/S", Align::right},
                   {"SENT GBIT/S", Align::right},
                   {"LOST/S", Align::right}});
  for (const Json& row : rows) {
    const Json& rates = row.at("per_second");
    double lost = 0;
    for (const char* name : kPortLosses) lost += rates.at(name).get<double>();
    table.add({text_in(row, "port"), text_in(row, "link"), whole(rates, "frames_received"),
               whole(rates, "frames_sent"), gigabits(rates, "bytes_sent"),
               fmt::format("{:.0f}", lost)});
  }
  return table;
}

TextTable reasons_table(const Json& rows) {
  TextTable table({{"A SECOND", Align::right}, {"IN ALL", Align::right}, {"KIND"}, {"REASON"}});
  for (const Json& row : rows) {
    table.add({fmt::format("{:.1f}", row.at("per_second").get<double>()), row.at("count").dump(),
               text_in(row, "kind"), text_in(row, "reason")});
  }
  return table;
}

TextTable stuck_table(const Json& rows) {
  TextTable table({{"STUCK"}, {"ADDRESS"}, {"STAGE"}, {"SILENT", Align::right}, {"WHERE"}});
  for (const Json& row : rows) {
    table.add({text_in(row, "mac"), text_in(row, "address"), text_in(row, "stage"),
               duration_text(count_in(row, "silent_seconds")), text_in(row, "where")});
  }
  return table;
}

// The first `lines` of it, as wide as there is room; if that is not all, the last of them says so.
std::string cut_to_screen(std::string_view text, std::size_t columns, std::size_t lines) {
  const auto all = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  const std::size_t shown = lines == 0 || all <= lines ? all : lines - 1;
  std::string screen;
  for (std::size_t line = 0; line < shown; ++line) {
    const std::size_t end = text.find('\n');
    screen += cut_to(text.substr(0, end), columns == 0 ? end : columns) + "\n";
    text.remove_prefix(end + 1);
  }
  if (shown < all) screen += fmt::format("and {} more lines\n", all - shown);
  return screen;
}

}  // namespace

Json top_figures(const TopLook& before, const TopLook& now) {
  const bool began_anew =
      count_in(now.status, "uptime_seconds") < count_in(before.status, "uptime_seconds");
  if (began_anew) return top_figures(look_at_nothing(before.at), now);
  const double seconds = std::max(std::chrono::duration<double>(now.at - before.at).count(), 1e-3);
  Json figures{{"interval_seconds", seconds}};
  for (const char* name :
       {"version", "uptime_seconds", "draining", "problems", "transfers", "leases", "images"}) {
    figures[name] = now.status.at(name);
  }
  // A row a subnet: who wants them asks for the status.
  figures["leases"].erase("subnets");
  figures["per_second"] = rates(before.status.at("figures"), now.status.at("figures"), seconds);
  figures["workers"] = rates_of_rows(before.workers.at("workers"), now.workers.at("workers"),
                                     "worker", {"worker", "core", "transfers"}, seconds);
  figures["ports"] = rates_of_rows(before.ports.at("ports"), now.ports.at("ports"), "port",
                                   {"port", "link"}, seconds);
  figures["drops"] = reasons(before, now, seconds);
  figures["stuck"] = now.stuck.at("clients");
  figures["more_are_stuck"] = !now.stuck.at("next").is_null();
  return figures;
}

std::string top_screen(const Json& figures, std::size_t columns, std::size_t lines) {
  std::string text;
  add_summary(text, figures);
  for (const TextTable& table :
       {workers_table(figures.at("workers")), ports_table(figures.at("ports")),
        reasons_table(figures.at("drops")), stuck_table(figures.at("stuck"))}) {
    if (!table.is_empty()) text += "\n" + table.text(columns);
  }
  if (figures.at("more_are_stuck").get<bool>()) {
    text += "There are more: `stentorctl clients --stuck` has them.\n";
  }
  return cut_to_screen(text, columns, lines);
}

}  // namespace stentor::ctl

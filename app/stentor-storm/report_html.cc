// SPDX-License-Identifier: BSD-3-Clause
#include "report_html.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "base/check.h"
#include "html_text.h"
#include "report_figures.h"
#include "report_html_plots.h"
#include "report_html_tables.h"
#include "report_page.inc"
#include "storm/figure_text.h"

namespace stentor::rig {
namespace {

std::string headline(const storm::Result& result) {
  if (result.machines == 0) return "No machine was switched on";
  if (result.booted == 0)
    return fmt::format("None of {} machines booted", storm::grouped(result.machines));
  if (result.booted < result.machines) {
    return fmt::format("{} of {} machines booted", storm::grouped(result.booted),
                       storm::grouped(result.machines));
  }
  if (result.machines == 1) return "The machine booted";
  return fmt::format("All {} machines booted", storm::grouped(result.machines));
}

std::string title(const ReportInput& input) {
  return headline(input.result) + (input.result.interrupted ? ", interrupted" : "") +
         " - stentor-storm";
}

std::string occasion(const ReportInput& input) {
  const auto& lines = lines_of(input.environment);
  const auto began = std::ranges::find(lines, "began", &Fact::first);
  return began == lines.end() ? std::string{} : escaped(began->second);
}

std::string lead(const ReportInput& input) {
  const storm::Result& result = input.result;
  const std::string server =
      result.server_words.empty() ? "no server answered" : "served by " + result.server_words;
  std::string text = fmt::format("In {}, {}.", storm::duration_words(result.elapsed), server);
  if (result.booted < result.machines) {
    const auto sites = failure_sites(result);
    if (!sites.empty()) {
      text += fmt::format(" Most often, in {} of {}: {}", storm::grouped(sites.front().machines),
                          storm::grouped(result.machines - result.booted),
                          words_of(sites.front().failure));
      text += sites.front().stage.empty() ? "." : fmt::format(" ({}).", sites.front().stage);
    }
  }
  return text;
}

std::string goals(const ReportInput& input) {
  if (input.verdicts.empty()) return {};
  std::string out = "<ul class=\"goals\">";
  for (const storm::GoalVerdict& verdict : input.verdicts) {
    const std::string_view state = verdict.held ? "held" : "missed";
    out += fmt::format(
        "<li class=\"{0}\"><span class=\"mark-{0}\" "
        "aria-hidden=\"true\">{1}</span><code>{2}</code> "
        "{0}: {3}</li>\n",
        state, verdict.held ? "✓" : "✗", escaped(verdict.goal), escaped(verdict.measured));
  }
  return out + "</ul>\n";
}

std::string verdict(const ReportInput& input) {
  const auto held = static_cast<std::size_t>(
      std::ranges::count_if(input.verdicts, [](const auto& each) { return each.held; }));
  std::string text =
      input.result.interrupted ? "The storm was interrupted; this is what was known by then. " : "";
  text += lead(input);
  if (input.verdicts.empty()) {
    text += " No goals were set.";
  } else if (held == input.verdicts.size()) {
    text += held == 1 ? " The goal held." : fmt::format(" All {} goals held.", held);
  } else {
    text += fmt::format(" {} of {} goals held.", held, input.verdicts.size());
  }
  return fmt::format("<h1>{}</h1>\n<p class=\"lead\">{}</p>\n{}", headline(input.result),
                     escaped(text), goals(input));
}

std::string tile(std::string_view name, std::string_view value, std::string_view note) {
  return fmt::format("<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>\n", name, escaped(value),
                     escaped(note));
}

std::string rate_tile(std::string_view name, double bytes_per_second) {
  return tile(name, storm::si_words(bytes_per_second, "B/s"),
              storm::si_words(bytes_per_second * 8, "bit/s"));
}

std::string boot_tile(const storm::Result& result, std::string_view name, double fraction) {
  const base::Histogram& boots = result.boot_time;
  if (boots.count() == 0) return tile(name, "–", "nothing booted");
  const auto at = [&](double part) { return storm::duration_words(boots.quantile(part)); };
  return tile(name, at(fraction), fraction < 0.9 ? "90 % within " + at(0.9) : "slowest " + at(1.0));
}

std::string tiles(const ReportInput& input) {
  const storm::Result& result = input.result;
  const auto all = time_to_all_booted(result);
  const auto count = [&](storm::Count which) {
    return result.counts[static_cast<std::size_t>(which)];
  };
  const std::uint64_t asked = count(storm::Count::discovers_sent) +
                              count(storm::Count::requests_sent) + count(storm::Count::rrqs_sent) +
                              count(storm::Count::tftp_acks_sent);
  std::string out = "<dl class=\"tiles\">\n";
  out +=
      tile("All booted after", all ? storm::duration_words(*all) : "–",
           all ? storm::percent_words(result.booted, result.machines) + " of machines"
           : result.machines == 0
               ? "no machines"
               : fmt::format("{} did not boot", storm::grouped(result.machines - result.booted)));
  out += boot_tile(result, "Boot time, median", 0.5);
  out += boot_tile(result, "Boot time, p99", 0.99);
  out += rate_tile("Goodput, whole files", goodput(result));
  out += rate_tile(fmt::format("Received, best {}", storm::duration_words(result.interval)),
                   peak_rate(result));
  out += tile("Resends", storm::grouped(count(storm::Count::resends)),
              fmt::format("{} of what was sent",
                          storm::percent_words(count(storm::Count::resends), asked)));
  return out + "</dl>\n";
}

template <const std::string_view& Text>
std::string fixed(const ReportInput&) {
  return std::string{Text};
}

struct Slot {
  std::string_view name;
  std::string (*fill)(const ReportInput&);
};

constexpr std::array<Slot, 20> kSlots = {{
    {"style", fixed<kReportCss>},
    {"style hash", fixed<kReportCssHash>},
    {"script", fixed<kReportJs>},
    {"script hash", fixed<kReportJsHash>},
    {"title", title},
    {"occasion", occasion},
    {"verdict", verdict},
    {"tiles", tiles},
    {"machines over time", machines_over_time},
    {"bytes over time", bytes_over_time},
    {"resends over time", resends_over_time},
    {"latency plots", latency_plots},
    {"latency table", latency_table},
    {"stages", stage_tables},
    {"failures", failure_table},
    {"failed machines", failed_machines_table},
    {"slowest machines", slowest_machines_table},
    {"scenario", scenario_facts},
    {"environment", environment_facts},
    {"counters", counter_tables},
}};

std::string filled(std::string_view name, const ReportInput& input) {
  const auto* slot = std::ranges::find(kSlots, name, &Slot::name);
  CHECK(slot != kSlots.end());  // report.html and this list belong together
  return slot->fill(input);
}

}  // namespace

void write_html(std::ostream& out, const ReportInput& input) {
  std::string_view page = kReportHtml;
  for (;;) {
    const std::size_t open = page.find("{{");
    out << page.substr(0, open);
    if (open == std::string_view::npos) break;
    page.remove_prefix(open + 2);
    const std::size_t close = page.find("}}");
    CHECK(close != std::string_view::npos);
    out << filled(page.substr(0, close), input);
    page.remove_prefix(close + 2);
  }
  out << '\n';
}

}  // namespace stentor::rig

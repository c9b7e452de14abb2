// SPDX-License-Identifier: BSD-3-Clause
#include "find_max.h"

#include <fmt/format.h>

#include "exit_status.h"
#include "rate_search.h"
#include "report_figures.h"
#include "search_text.h"
#include "storm/figure_text.h"
#include "trial.h"

namespace stentor::rig {
namespace {

// Late answers of a trial are not the next one's.
constexpr base::Duration kPause = std::chrono::seconds{1};

int cannot(const std::string& sentence) {
  fmt::print(stderr, "stentor-storm: {}\n", sentence);
  return kCannotRun;
}

class Search {
 public:
  Search(Rig& rig, const CommandLine& line, Interrupt& interrupt)
      : rig_(rig),
        request_(*line.search),
        single_(single_machine(line.file.scenario, line.search->what)),
        interrupt_(interrupt) {}

  int run() {
    if (const auto status = learn_patience()) return *status;
    while (const auto rate = search_.next()) {
      if (interrupt_.wait(kPause)) break;
      if (const auto status = try_rate(*rate)) return *status;
      if (interrupt_.came()) break;
    }
    return conclude();
  }

 private:
  // What one machine alone needs; an exit status if it gets nothing.
  std::optional<int> learn_patience() {
    const auto result = rig_.run(single_, nullptr);
    if (!result) return cannot(result.error().sentence);
    macs_used_ = 1;
    if (interrupt_.came()) return conclude();
    if (result->booted == 0) {
      return cannot(
          fmt::format("one machine alone does not get through: {}; a search needs a "
                      "server that answers",
                      why_failed(result->rows.front())));
    }
    const base::Duration alone = result->rows.front().boot_time;
    fmt::print("one machine alone: {}\n", storm::duration_words(alone));
    std::fflush(stdout);
    if (request_.what == SearchRequest::What::boot) {
      patience_ = alone + kPatience;
    } else if (alone > kPatience) {
      return cannot(fmt::format(
          "one machine alone waits {} for its address, and later than {} counts as lost; switch "
          "off the server's conflict check (ping), or what else keeps it waiting",
          storm::duration_words(alone), storm::duration_words(kPatience)));
    }
    return std::nullopt;
  }

  std::optional<int> try_rate(double rate) {
    const storm::Scenario scenario =
        trial_scenario(single_, rate, request_.trial, macs_used_, patience_);
    macs_used_ += scenario.groups.front().machines;
    const auto result = rig_.run(scenario, nullptr);
    if (!result) return cannot(result.error().sentence);
    if (interrupt_.came()) return std::nullopt;
    const TrialOutcome outcome = outcome_of(*result, patience_);
    print_trial(rate, *result, outcome);
    note_trial(search_, rate, outcome, request_.loss_bound);
    return std::nullopt;
  }

  void print_trial(double rate, const storm::Result& result, const TrialOutcome& outcome) {
    const bool short_of_buffers =
        result.counts[static_cast<std::size_t>(storm::Count::no_buffer)] != 0;
    const std::string p99 = result.boot_time.count() == 0
                                ? "none came through"
                                : "p99 " + storm::duration_words(result.boot_time.quantile(0.99));
    std::string note = short_of_buffers ? "; the rig ran out of buffers" : "";
    if (!outcome.kept_up(rate)) {
      note += fmt::format("; {} came to {:.0f} a second",
                          outcome.port_was_full ? "the port was full, and they" : "they",
                          outcome.offered);
    }
    fmt::print("trial {:>2}: {:>9.0f} {} for {}, {} machines: {} lost ({}), {}: {}{}\n", ++trials_,
               rate, unit_of(request_.what),
               storm::duration_words(base::Duration{
                   static_cast<std::int64_t>(1e9 * static_cast<double>(outcome.machines) / rate)}),
               storm::grouped(outcome.machines), storm::grouped(outcome.lost),
               storm::percent_words(outcome.lost, outcome.machines), p99,
               outcome.loss() <= request_.loss_bound ? "held" : "too much", note);
    std::fflush(stdout);
  }

  int conclude() {
    fmt::print("{}", conclusion(search_, request_, interrupt_.came()));
    if (interrupt_.came()) return kInterrupted;
    return search_.highest() == 0 ? kGoalsMissed : kGoalsHeld;
  }

  Rig& rig_;
  const SearchRequest request_;
  const storm::Scenario single_;
  Interrupt& interrupt_;
  RateSearch search_;
  base::Duration patience_ = kPatience;
  std::uint64_t macs_used_ = 0;
  unsigned trials_ = 0;
};

}  // namespace

int find_max(Rig& rig, const CommandLine& line, Interrupt& interrupt) {
  return Search(rig, line, interrupt).run();
}

}  // namespace stentor::rig

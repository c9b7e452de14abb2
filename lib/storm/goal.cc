// SPDX-License-Identifier: BSD-3-Clause
#include "storm/goal.h"

#include <algorithm>
#include <array>
#include <optional>

#include "config/near_miss.h"
#include "config/report.h"
#include "storm/figure_text.h"
#include "storm/quantity.h"

namespace stentor::storm {
namespace {

using Unit = Goal::Unit;
using Sense = Goal::Sense;

constexpr std::array<std::string_view, 11> kMeasures = {"booted",     "failed",  "died", "wrong",
                                                        "unverified", "naks",    "late", "resends",
                                                        "duplicates", "elapsed", "rate"};
constexpr std::array<std::string_view, 5> kDistributions = {"boot", "offer", "ack", "first-block",
                                                            "next-data"};

struct Operator {
  std::string_view text;
  Sense sense;
};
// Longer ones first.
constexpr std::array<Operator, 6> kOperators{{{"<=", Sense::at_most},
                                              {">=", Sense::at_least},
                                              {"==", Sense::equal},
                                              {"=", Sense::equal},
                                              {"<", Sense::below},
                                              {">", Sense::above}}};

std::uint64_t count_of(const Result& result, Count count) {
  return result.counts[static_cast<std::size_t>(count)];
}

std::uint64_t failures_of(const Result& result, Failure failure) {
  return result.failures[static_cast<std::size_t>(failure)];
}

bool is_distribution(std::string_view name) {
  return std::ranges::find(kDistributions, name) != kDistributions.end();
}

// "p99.9" as 0.999.
std::optional<double> quantile_of(std::string_view figure) {
  if (!figure.starts_with('p')) return std::nullopt;
  const std::optional<double> percent = parse_decimal(figure.substr(1));
  if (!percent || *percent > 100) return std::nullopt;
  return *percent / 100;
}

bool is_figure(std::string_view text) {
  return text == "min" || text == "mean" || text == "max" || quantile_of(text);
}

base::Result<Goal> fail(std::string_view text, const std::string& why) {
  return base::failure("The goal " + config::in_quotes(text) + ": " + why);
}

// What is compared: fills measure and figure, or says what is wrong.
std::optional<std::string> read_measure(std::string_view name, Goal& goal) {
  if (is_figure(name)) {
    goal.measure = "boot";
    goal.figure = name;
    return std::nullopt;
  }
  const std::size_t dot = name.find('.');
  const std::string_view before = name.substr(0, dot);
  if (is_distribution(before)) {
    goal.measure = before;
    if (dot != std::string_view::npos && is_figure(name.substr(dot + 1))) {
      goal.figure = name.substr(dot + 1);
      return std::nullopt;
    }
    return "which figure of it is meant? Write " + goal.measure + ".p99, " + goal.measure +
           ".mean, " + goal.measure + ".min or " + goal.measure + ".max.";
  }
  if (std::ranges::find(kMeasures, name) != kMeasures.end()) {
    goal.measure = name;
    return std::nullopt;
  }
  std::vector<std::string_view> known(kMeasures.begin(), kMeasures.end());
  for (const std::string_view more :
       {"p50", "p99", "max", "offer.p99", "ack.p99", "first-block.p99", "next-data.p99"}) {
    known.push_back(more);
  }
  std::string sentence = "nothing is measured under the name " + config::in_quotes(name);
  if (const std::string_view meant = config::find_near_miss(name, known); !meant.empty()) {
    sentence += "; did you mean " + std::string(meant) + "?";
  } else {
    sentence += ".";
  }
  return sentence + " Known are " + config::enumerate(known) + ".";
}

bool may_be_share(std::string_view measure) {
  return measure == "booted" || measure == "failed" || measure == "died" || measure == "resends" ||
         measure == "duplicates" || measure == "late" || measure == "naks";
}

std::optional<std::string> read_bound(std::string_view text, Goal& goal) {
  std::optional<double> bound;
  std::string_view wanted;
  if (!goal.figure.empty() || goal.measure == "elapsed") {
    goal.unit = Unit::time;
    if (const auto time = parse_time(text)) bound = static_cast<double>(time->count());
    wanted = "a time with its unit, like 200us, 5ms or 2.5s";
  } else if (goal.measure == "rate") {
    goal.unit = Unit::rate;
    bound = parse_byte_rate(text);
    wanted = "a rate, like 500MB/s or 8Gbps";
  } else if (may_be_share(goal.measure) && text.ends_with('%')) {
    goal.unit = Unit::share;
    bound = parse_fraction(text);
    wanted = "a share from 0% to 100%";
  } else {
    bound = parse_decimal(text);
    wanted = may_be_share(goal.measure) ? "a number, or a share like 99.9%" : "a number";
  }
  if (!bound) {
    return config::in_quotes(text) + " cannot be compared with " + goal.measure + "; expected " +
           std::string(wanted) + ".";
  }
  goal.bound = *bound;
  return std::nullopt;
}

struct Portion {
  std::uint64_t part = 0;
  std::uint64_t whole = 0;
};

std::uint64_t dhcp_answers(const Result& result) {
  return count_of(result, Count::offers_received) + count_of(result, Count::acks_received) +
         count_of(result, Count::naks_received);
}

// A block that differs fails its machine, as a file's hash does: wrong_blocks would count it twice.
std::uint64_t wrong_things(const Result& result) {
  return failures_of(result, Failure::wrong_bytes) + failures_of(result, Failure::wrong_size) +
         count_of(result, Count::wrong_options) + count_of(result, Count::addresses_taken);
}

Portion portion_of(const Goal& goal, const Result& result) {
  if (goal.measure == "booted") return {result.booted, result.machines};
  if (goal.measure == "failed") return {result.machines - result.booted, result.machines};
  if (goal.measure == "died") return {failures_of(result, Failure::died), result.machines};
  if (goal.measure == "naks") return {count_of(result, Count::naks_received), dhcp_answers(result)};
  if (goal.measure == "late") return {count_of(result, Count::late_answers), dhcp_answers(result)};
  if (goal.measure == "wrong") return {wrong_things(result), 0};
  if (goal.measure == "unverified") return {count_of(result, Count::files_unverified), 0};
  if (goal.measure == "duplicates") {
    const std::uint64_t again = count_of(result, Count::data_duplicates);
    return {again, count_of(result, Count::data_frames) + again};
  }
  const std::uint64_t asked =
      count_of(result, Count::discovers_sent) + count_of(result, Count::requests_sent) +
      count_of(result, Count::rrqs_sent) + count_of(result, Count::tftp_acks_sent);
  return {count_of(result, Count::resends), asked};
}

const base::Histogram& distribution_of(std::string_view name, const Result& result) {
  if (name == "offer") return result.offer_time;
  if (name == "ack") return result.ack_time;
  if (name == "first-block") return result.first_block;
  if (name == "next-data") return result.next_data;
  return result.boot_time;
}

struct Measured {
  double value = 0;
  std::string shown;
};

std::optional<Measured> measure_time(const Goal& goal, const Result& result) {
  if (goal.measure == "elapsed") {
    const auto elapsed = static_cast<std::uint64_t>(result.elapsed.count());
    return Measured{static_cast<double>(elapsed), duration_words(elapsed)};
  }
  const base::Histogram& times = distribution_of(goal.measure, result);
  if (times.count() == 0) return std::nullopt;
  if (goal.figure == "mean") {
    return Measured{times.mean(), duration_words(static_cast<std::uint64_t>(times.mean()))};
  }
  std::uint64_t value = goal.figure == "min" ? times.min() : times.max();
  if (const auto quantile = quantile_of(goal.figure)) value = times.quantile(*quantile);
  return Measured{static_cast<double>(value), duration_words(value)};
}

// Nothing: there was not one of what the goal is about.
std::optional<Measured> measure(const Goal& goal, const Result& result) {
  if (goal.unit == Unit::time) return measure_time(goal, result);
  if (goal.unit == Unit::rate) {
    if (result.elapsed <= base::Duration::zero()) return std::nullopt;
    const double rate = static_cast<double>(count_of(result, Count::file_bytes)) * 1e9 /
                        static_cast<double>(result.elapsed.count());
    return Measured{rate, si_words(rate, "B/s")};
  }
  const Portion portion = portion_of(goal, result);
  if (goal.unit == Unit::number) {
    return Measured{static_cast<double>(portion.part), std::to_string(portion.part)};
  }
  if (portion.whole == 0) return std::nullopt;
  const double share = static_cast<double>(portion.part) / static_cast<double>(portion.whole);
  return Measured{share, percent_words(portion.part, portion.whole)};
}

bool holds(double value, Sense sense, double bound) {
  switch (sense) {
    case Sense::equal:
      return value == bound;
    case Sense::below:
      return value < bound;
    case Sense::at_most:
      return value <= bound;
    case Sense::above:
      return value > bound;
    case Sense::at_least:
      return value >= bound;
  }
  return false;
}

}  // namespace

base::Result<Goal> parse_goal(std::string_view text) {
  Goal goal;
  for (const char c : text) {
    if (c != ' ') goal.text += c;
  }
  const std::size_t at = goal.text.find_first_of("<>=");
  if (at == std::string::npos || at == 0) {
    return fail(text,
                "a goal compares what was measured with a bound by = < <= > or >=, like "
                "booted=100% or p99<5s.");
  }
  const std::string_view rest = std::string_view(goal.text).substr(at);
  const auto* used = std::ranges::find_if(
      kOperators, [&](const Operator& each) { return rest.starts_with(each.text); });
  goal.sense = used->sense;
  if (auto wrong = read_measure(std::string_view(goal.text).substr(0, at), goal)) {
    return fail(text, *wrong);
  }
  if (auto wrong = read_bound(rest.substr(used->text.size()), goal)) return fail(text, *wrong);
  return goal;
}

GoalVerdict judge(const Goal& goal, const Result& result) {
  const std::optional<Measured> seen = measure(goal, result);
  if (!seen) return {goal.text, false, "nothing was measured"};
  return {goal.text, holds(seen->value, goal.sense, goal.bound), seen->shown};
}

std::vector<GoalVerdict> judge(std::span<const Goal> goals, const Result& result) {
  std::vector<GoalVerdict> verdicts;
  for (const Goal& goal : goals) verdicts.push_back(judge(goal, result));
  return verdicts;
}

}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
// What changes something.
#include "control/api.h"
#include "control/json_reply.h"
#include "control/log.h"

namespace stentor::control {

namespace {

HttpReply delay_reply(ReloadDesk::Delay delay, bool is_dry) {
  if (delay == ReloadDesk::Delay::not_begun) {
    return error_reply(503,
                       "stentord is busy with something else, another reload perhaps; nothing was "
                       "read, ask again");
  }
  if (is_dry) {
    return error_reply(503,
                       "the dry run lasts too long to be waited for, and its outcome is lost; "
                       "nothing is changed by it");
  }
  return error_reply(503,
                     "the configuration is still being read; the log will say what becomes of it, "
                     "and no other reload begins before");
}

const char* kind_of(const config::Change& change) {
  switch (change.kind) {
    case config::Change::Kind::added:
      return "added";
    case config::Change::Kind::removed:
      return "removed";
    case config::Change::Kind::changed:
      break;
  }
  return "changed";
}

Json json_of(const config::Change& change) {
  Json json{{"kind", kind_of(change)}, {"path", change.path}};
  if (!change.from.empty()) json["from"] = change.from;
  if (!change.to.empty()) json["to"] = change.to;
  json["text"] = change.text();
  return json;
}

void add_difference(const config::Difference& difference, Json& to) {
  Json changes = Json::array();
  for (const config::Change& change : difference.changes) changes.push_back(json_of(change));
  to["changes"] = std::move(changes);
  to["changes_left_out"] = difference.left_out;
}

}  // namespace

HttpReply Api::reload(const Query& query) {
  constexpr std::string_view kParameter = "dry-run";
  const std::string_view wish = query.find(kParameter).value_or("false");
  if (wish != "true" && wish != "false") {
    return wrong_parameter(kParameter, wish, kDryRunExpected);
  }
  const bool is_dry = wish == "true";
  const auto outcome = reloads_.ask(is_dry ? ReloadKind::dry_run : ReloadKind::real);
  if (!outcome) return delay_reply(outcome.error(), is_dry);
  Json json;
  if (!outcome->is_taken) {
    json["error"] =
        is_dry ? "a reload would be refused" : "refused; the configuration of before serves on";
  }
  json["generation"] = outcome->generation;
  if (outcome->is_taken) json["warnings"] = outcome->warnings;
  if (!outcome->is_taken) json["reasons"] = outcome->reasons;
  if (is_dry) add_difference(outcome->difference, json);
  return json_reply(json, outcome->is_taken ? 200 : kRefused);
}

HttpReply Api::drain(const Query& query) {
  constexpr std::string_view kParameter = "state";
  const std::string_view state = query.find(kParameter).value_or("");
  if (state != "on" && state != "off") return wrong_parameter(kParameter, state, kDrainExpected);
  reloads_.want_drain(state == "on");
  return json_reply({{"draining", state == "on"}});
}

HttpReply Api::log_level(const Query& /*query*/) {
  return json_reply({{"level", control::name_of(control::log_level())}});
}

HttpReply Api::set_log_level(const Query& query) {
  constexpr std::string_view kParameter = "level";
  const std::string_view name = query.find(kParameter).value_or("");
  const auto level = find_log_level(name);
  if (!level) return wrong_parameter(kParameter, name, kLevelExpected);
  // Whoever looks into the log later must see why it has no more lines, whatever the levels are.
  control::set_log_level(config::LogLevel::info);
  log_info("log: the level is " + std::string(name) + " now, by the control API");
  control::set_log_level(*level);
  return log_level(query);
}

}  // namespace stentor::control

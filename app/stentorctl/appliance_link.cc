// SPDX-License-Identifier: BSD-3-Clause
#include "appliance_link.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

namespace stentor::ctl {

ExitStatus fail(ExitStatus status, const std::string& sentence) {
  std::fprintf(stderr, "stentorctl: %s\n", sentence.c_str());
  return status;
}

std::string target_of(std::string path, const Parameters& parameters) {
  Parameters said;
  std::ranges::copy_if(parameters, std::back_inserter(said),
                       [](const auto& each) { return !each.second.empty(); });
  return target_with(std::move(path), said);
}

std::string target_with(std::string path, const Parameters& parameters) {
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    path += separator + std::string(name) + "=" + control::percent_encoded(value);
    separator = '&';
  }
  return path;
}

tl::expected<Answer, ExitStatus> tell(const Asking& asking, const char* method, std::string path,
                                      const Parameters& parameters) {
  const auto answer = ask(asking.server, method, target_of(std::move(path), parameters));
  if (!answer) return tl::unexpected(fail(answer.error()));
  return Answer{answer->status, Json::parse(answer->body, nullptr, /*allow_exceptions=*/false)};
}

ExitStatus fail(const control::HttpFailure& failure) {
  const bool is_absent = failure.kind == control::HttpFailure::Kind::unreachable;
  return fail(is_absent ? ExitStatus::unreachable : ExitStatus::failed, failure.sentence);
}

ExitStatus fail(const Asking& asking, const Answer& answer) {
  const Json& json = answer.json;
  const bool says_why = json.is_object() && json.contains("error") && json["error"].is_string();
  return fail(ExitStatus::failed, says_why ? json["error"].get<std::string>()
                                           : "what " + asking.server.name() +
                                                 " answers is no stentord's: is it an older one?");
}

ExitStatus fail_as_ended(const Asking& asking, const char* what) {
  const bool shows_token = !asking.server.url.empty();
  return fail(ExitStatus::failed,
              asking.server.name() + " has ended the " + what +
                  ": that stentord has ended, or this was read too slowly" +
                  (shows_token ? ", or the token is none of its tokens any more" : ""));
}

tl::expected<Json, ExitStatus> ask(const Asking& asking, std::string path,
                                   const Parameters& parameters) {
  auto answer = tell(asking, "GET", std::move(path), parameters);
  if (!answer) return tl::unexpected(answer.error());
  if (!answer->is_success()) return tl::unexpected(fail(asking, *answer));
  return std::move(answer->json);
}

ExitStatus print_json(const Json& json) {
  std::printf("%s\n", json.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
  return ExitStatus::all_right;
}

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#include "events.h"

#include <cstdio>
#include <string_view>

#include "control/http_client.h"
#include "event_line.h"
#include "pages.h"

namespace stentor::ctl {

namespace {

// One of the stream: "event: ..." and "data: ..." among its lines.
void print_message(std::string_view message, bool as_json) {
  std::string_view name;
  std::string_view data;
  while (!message.empty()) {
    const std::size_t end = message.find('\n');
    const std::string_view line = message.substr(0, end);
    if (line.starts_with("event: ")) name = line.substr(7);
    if (line.starts_with("data: ")) data = line.substr(6);
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  }
  if (data.empty()) return;
  Json event = Json::parse(data, nullptr, /*allow_exceptions=*/false);
  if (!event.is_object()) return;
  if (name == "lost") event["type"] = "lost";
  const std::string line =
      as_json ? event.dump(-1, ' ', false, Json::error_handler_t::replace) : event_line(event);
  std::printf("%s\n", line.c_str());
}

ExitStatus follow_events(const Asking& asking, const EventQuestion& question) {
  std::string path = "/v1/events";
  if (!question.type.empty()) path += "?type=" + control::percent_encoded(question.type);
  std::string unread;
  const auto answer = follow(asking.server, path, [&](std::string_view text) {
    unread += text;
    for (std::size_t end; (end = unread.find("\n\n")) != std::string::npos;) {
      print_message(std::string_view(unread).substr(0, end), asking.json);
      unread.erase(0, end + 2);
    }
    std::fflush(stdout);
    return std::ferror(stdout) == 0;
  });
  if (!answer) return fail(answer.error());
  if (std::ferror(stdout) != 0) {
    return fail(ExitStatus::failed, "standard output cannot be written: is its disk full?");
  }
  if (answer->status == 200) return fail_as_ended(asking, "stream");
  return fail(asking,
              {answer->status, Json::parse(answer->body, nullptr, /*allow_exceptions=*/false)});
}

}  // namespace

ExitStatus show_events(const Asking& asking, const EventQuestion& question) {
  if (question.follow) return follow_events(asking, question);
  const auto answer =
      ask_all(asking, {"/v1/events/history", "events", {{"type", question.type}}, question.limit});
  if (!answer) return answer.error();
  if (asking.json) return print_json(*answer);
  for (const Json& event : answer->at("events")) std::printf("%s\n", event_line(event).c_str());
  if (answer->at("events").empty()) std::puts("Nothing of that kind has happened.");
  return ExitStatus::all_right;
}

}  // namespace stentor::ctl

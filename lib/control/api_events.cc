// SPDX-License-Identifier: BSD-3-Clause
// /v1/events, which does not end, and /v1/events/history, which comes in pages.
#include <charconv>

#include "control/api.h"
#include "control/event_stream.h"
#include "control/json_reply.h"

namespace stentor::control {

namespace {

struct EventFilter {
  EventTypes types = kAllEvents;
  std::optional<std::uint64_t> after{};
  std::uint64_t limit = Api::kRows;
};

// "lease,transfer"; nullopt: one of them is none.
std::optional<EventTypes> read_types(std::string_view text) {
  EventTypes types = 0;
  for (;;) {
    const std::size_t comma = text.find(',');
    const auto type = find_event_type(text.substr(0, comma));
    if (!type) return std::nullopt;
    types |= bit_of(*type);
    if (comma == std::string_view::npos) return types;
    text.remove_prefix(comma + 1);
  }
}

// Of an event, or of none before the first one.
std::optional<std::uint64_t> read_id(std::string_view text) {
  std::uint64_t id = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  const bool is_right = error == std::errc{} && stop == end && id < UINT64_MAX;
  return is_right ? std::optional(id) : std::nullopt;
}

// An error is the reply.
tl::expected<EventFilter, HttpReply> read_filter(const Query& query) {
  EventFilter filter;
  if (const auto text = query.find("type")) {
    const auto types = read_types(*text);
    if (!types) return refused(query, "type", Api::kTypeExpected);
    filter.types = *types;
  }
  if (const auto text = query.find("after")) {
    filter.after = read_id(*text);
    if (!filter.after) return refused(query, "after", Api::kEventAfterExpected);
  }
  const auto limit = query.number("limit", Api::kRows, Api::kRowsMax);
  if (!limit) return refused(query, "limit", "1 to 1000");
  filter.limit = *limit;
  return filter;
}

}  // namespace

Vocabulary Api::vocabulary_of(const Report& report) {
  Vocabulary words;
  for (const ReasonRow& row : report.refusals()) words.refusals.push_back(row.meaning);
  return words;
}

std::optional<Vocabulary> Api::vocabulary() {
  return copied(lock_, kPatience, [this] { return vocabulary_of(report_); });
}

HttpReply Api::events(const Query& query) {
  auto filter = read_filter(query);
  if (!filter) return filter.error();
  // A browser that opens a stream again asks for the same `after`, and says how far it has come.
  if (const std::string_view newest = query.last_event_id(); !newest.empty()) {
    filter->after = read_id(newest);
    if (!filter->after) {
      return error_reply(400, "header Last-Event-ID: '" + std::string(newest) +
                                  "' is no event's id; leave it out, or send one that was told");
    }
  }
  auto words = vocabulary();
  if (!words) return busy_reply();
  if (!events_.open_stream()) {
    return error_reply(503, "there are as many streams of events as the limit allows; ask again");
  }
  const auto from = filter->after ? events_.after(*filter->after) : events_.newest();
  HttpReply reply{.type = "text/event-stream"};
  reply.stream = std::make_shared<EventStream>(events_, *std::move(words), filter->types, from);
  return reply;
}

HttpReply Api::event_history(const Query& query) {
  const auto filter = read_filter(query);
  if (!filter) return filter.error();
  const auto words = vocabulary();
  if (!words) return busy_reply();
  auto cursor = events_.after(filter->after.value_or(0));
  const EventLog::Taken taken = events_.take(cursor, filter->types, filter->limit);
  Json list = Json::array();
  for (const Event& event : taken.events) list.push_back(json_of(event, *words));
  Json json{{"events", std::move(list)}, {"next", nullptr}};
  if (taken.has_more) json["next"] = std::to_string(cursor.next - 1);
  return json_reply(json);
}

}  // namespace stentor::control

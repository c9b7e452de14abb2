// SPDX-License-Identifier: BSD-3-Clause
#include "control/event_stream.h"

#include <fmt/format.h>

#include "control/json_reply.h"

namespace stentor::control {

namespace {

// Made at a time, in a buffer of the reader's own.
constexpr std::size_t kEventsAtOnce = 64;

}  // namespace

EventStream::EventStream(EventLog& log, Vocabulary words, EventTypes wanted, EventLog::Cursor from)
    : log_(log), words_(std::move(words)), wanted_(wanted), cursor_(from) {}

EventStream::~EventStream() { log_.close_stream(); }

std::string EventStream::next(base::Time now) {
  const EventLog::Taken taken = log_.take(cursor_, wanted_, kEventsAtOnce);
  std::string text;
  if (taken.lost != 0) text += fmt::format("event: lost\ndata: {{\"count\":{}}}\n\n", taken.lost);
  for (const Event& event : taken.events) {
    text += fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.id, name_of(event.type),
                        text_of(json_of(event, words_)));
  }
  if (text.empty() && now - said_ >= kSilenceMax) text = ":\n\n";
  if (!text.empty()) said_ = now;
  return text;
}

}  // namespace stentor::control

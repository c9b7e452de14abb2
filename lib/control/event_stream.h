// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Events as a stream that does not end: server-sent events (WHATWG HTML, section 9.2), for one
// reader. One that has fallen behind the log hears of it by an event `lost`. API's thread.

#include "control/event_log.h"
#include "control/http_message.h"

namespace stentor::control {

class EventStream final : public HttpStream {
 public:
  // A comment says to who hears nothing else that the stream lives, and finds out who has gone.
  static constexpr base::Duration kSilenceMax = std::chrono::seconds{5};

  // `log.open_stream()` was true, and the stream gives that back.
  EventStream(EventLog& log, Vocabulary words, EventTypes wanted, EventLog::Cursor from);
  ~EventStream() override;

  std::string next(base::Time now) override;

 private:
  EventLog& log_;
  const Vocabulary words_;
  const EventTypes wanted_;
  EventLog::Cursor cursor_;
  base::Time said_{};
};

}  // namespace stentor::control

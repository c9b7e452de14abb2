// SPDX-License-Identifier: BSD-3-Clause
#include "control/event.h"

#include <algorithm>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "control/json_reply.h"
#include "wire/drop_reason.h"

namespace stentor::control {

namespace {

using sighting::Seen;

// By EventType.
constexpr std::array<std::string_view, kEventTypes> kTypeNames{
    "lease", "transfer", "boot", "reload", "port", "alarm", "host"};

struct Kind {
  EventType type;
  std::string_view what;
};

std::optional<Kind> kind_of(Seen seen) {
  switch (seen) {
    case Seen::bound:
      return Kind{EventType::lease, "bound"};
    case Seen::renewed:
      return Kind{EventType::lease, "renewed"};
    case Seen::released:
      return Kind{EventType::lease, "released"};
    case Seen::declined:
      return Kind{EventType::lease, "declined"};
    case Seen::offered:
      return Kind{EventType::boot, "offered"};
    case Seen::told:
      return Kind{EventType::boot, "told"};
    case Seen::refused:
      return Kind{EventType::boot, "refused"};
    case Seen::unanswered:
      return Kind{EventType::boot, "unanswered"};
    case Seen::begun:
      return Kind{EventType::transfer, "begun"};
    case Seen::completed:
      return Kind{EventType::transfer, "complete"};
    case Seen::broken_off:
    case Seen::given_up:
    case Seen::replaced:
    case Seen::denied:
      return Kind{EventType::transfer, "failed"};
    case Seen::nothing:
    case Seen::progressed:
      break;
  }
  return std::nullopt;
}

// Empty: there is nothing to say.
std::string why_of(const sighting::Glimpse& glimpse, const Vocabulary& words) {
  switch (glimpse.seen) {
    case Seen::unanswered:
      return why_unanswered(glimpse.reason);
    case Seen::denied:
      return why_denied(glimpse.reason, words);
    case Seen::broken_off:
      return "its client broke it off";
    case Seen::given_up:
      return "its client fell silent";
    case Seen::replaced:
      return "its client began anew";
    default:
      return {};
  }
}

std::string utc_text(std::int64_t utc_ms) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(utc_ms / 1000)), utc_ms % 1000);
}

void add_client(Json& json, const Event& event, const Vocabulary& words) {
  const sighting::Glimpse& glimpse = event.glimpse;
  json["mac"] = nullptr;
  json["address"] = nullptr;
  if (!glimpse.mac.is_zero()) json["mac"] = glimpse.mac.text().view();
  if (!glimpse.address.is_zero()) json["address"] = glimpse.address.text().view();
  if (event.type == EventType::transfer) {
    json["file"] = event.file;
    json["file_bytes"] = event.file_bytes;
    json["bytes_acknowledged"] = event.bytes;
    json["blocks_resent"] = event.resent;
  } else {
    json["speaker"] = name_of(glimpse.speaker);
  }
  if (const std::string why = why_of(glimpse, words); !why.empty()) json["why"] = why;
}

}  // namespace

std::string_view name_of(EventType type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<EventType> find_event_type(std::string_view name) {
  const auto* const found = std::ranges::find(kTypeNames, name);
  if (found == kTypeNames.end()) return std::nullopt;
  return static_cast<EventType>(found - kTypeNames.begin());
}

std::int64_t utc_milliseconds() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::optional<Event> event_of(const sighting::Sighting& seen, std::int64_t utc_ms) {
  const auto kind = kind_of(seen.glimpse.seen);
  if (!kind) return std::nullopt;
  Event event{.type = kind->type, .what = kind->what, .utc_ms = utc_ms, .glimpse = seen.glimpse};
  if (kind->type != EventType::transfer) return event;
  event.file_bytes = seen.file_bytes;
  event.bytes = seen.bytes;
  event.resent = seen.resent;
  event.file = seen.file();
  return event;
}

Json json_of(const Event& event, const Vocabulary& words) {
  Json json{{"id", event.id},
            {"time", utc_text(event.utc_ms)},
            {"type", name_of(event.type)},
            {"what", event.what}};
  if (event.glimpse.seen != Seen::nothing) add_client(json, event, words);
  if (event.type == EventType::host) {
    json["mac"] = event.glimpse.mac.text().view();
    if (!event.file.empty()) json["file"] = event.file;
  }
  if (!event.subject.empty()) json["port"] = event.subject;
  if (!event.text.empty()) json["text"] = event.text;
  return json;
}

}  // namespace stentor::control

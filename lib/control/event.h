// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Something that happened, for whoever follows the appliance as it goes on: GET /v1/events.

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "control/boot_session_text.h"
#include "sighting/sighting.h"

namespace stentor::control {

enum class EventType : std::uint8_t {
  lease,     // bound, renewed, released, declined
  transfer,  // begun, complete, failed
  boot,      // what a machine has come to by DHCP: offered, told, refused, unanswered
  reload,    // taken, refused
  port,      // up, down
  alarm,     // raised, cleared
  host,      // set, removed, booted-once
};
inline constexpr std::size_t kEventTypes = 7;

// As the API spells them.
std::string_view name_of(EventType type);
std::optional<EventType> find_event_type(std::string_view name);

// Types that are wanted, a bit each.
using EventTypes = std::uint32_t;
constexpr EventTypes bit_of(EventType type) {
  return EventTypes{1} << static_cast<std::size_t>(type);
}
inline constexpr EventTypes kAllEvents = (EventTypes{1} << kEventTypes) - 1;

struct Event {
  std::uint64_t id = 0;  // 1, 2, 3..., given by the log
  EventType type = EventType::alarm;
  std::string_view what{};  // for good
  std::int64_t utc_ms = 0;  // since 1970
  // Of a client.
  sighting::Glimpse glimpse{};
  std::uint64_t file_bytes = 0;
  std::uint64_t bytes = 0;
  std::uint32_t resent = 0;
  std::string file{};
  // Of everything else: what happened, as a sentence; of a port, its name before it.
  std::string subject{};
  std::string text{};
};

// Of the wall clock, now.
std::int64_t utc_milliseconds();

// What a sighting is to whoever follows events; nullopt: nothing. `utc_ms`: when it was.
std::optional<Event> event_of(const sighting::Sighting& seen, std::int64_t utc_ms);

// The event as the API has it.
nlohmann::ordered_json json_of(const Event& event, const Vocabulary& words);

}  // namespace stentor::control

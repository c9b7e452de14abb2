// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// JSON as the API writes it: keys in the order in which they were added, a line at the end. Private
// to the API.

#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "control/http_message.h"
#include "control/query.h"
#include "control/report.h"
#include "control/state_lock.h"

namespace stentor::control {

using Json = nlohmann::ordered_json;

// What was asked for is understood, and cannot be done (RFC 9110 section 15.5.21).
inline constexpr unsigned kRefused = 422;

// In one line. Names of files and hosts are any bytes: what is no UTF-8 is shown as U+FFFD.
std::string text_of(const Json& json);
HttpReply json_reply(const Json& json, unsigned status = 200);
HttpReply error_reply(unsigned status, const std::string& sentence);
// "parameter 'limit': 'x' is not what it takes; expected ..."
HttpReply wrong_parameter(std::string_view name, std::string_view value, std::string_view expected);
// The same, of what `query` has under this name.
tl::unexpected<HttpReply> refused(const Query& query, std::string_view name,
                                  std::string_view expected);

// {"frames_received": 7, ...}
Json json_of(const std::vector<Figure>& figures);

// "2026-11-27T21:03:04Z": so long from now, or before. Of the wall clock as it stands now: on the
// wire a lease lasts so many seconds.
std::string utc_in(base::Duration from_now);

// Whole ones.
inline std::int64_t seconds_of(base::Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

// What `copy` returns of the control thread's own; nullopt: that has no time, busy_reply() says so.
template <typename Copy>
auto copied(StateLock& lock, base::Duration patience, const Copy& copy)
    -> std::optional<decltype(copy())> {
  const std::unique_lock held(lock, patience);
  if (!held) return std::nullopt;
  return copy();
}
HttpReply busy_reply();

}  // namespace stentor::control

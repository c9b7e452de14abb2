// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// An event as people read it:
// "2026-11-27T21:03:04.512Z lease bound 10.0.0.5 52:54:00:12:34:56 by system".

#include <nlohmann/json.hpp>
#include <string>

namespace stentor::ctl {

// Of the API's JSON, or of {"type": "lost", "count": N}. One line, no byte of which moves a cursor.
std::string event_line(const nlohmann::ordered_json& event);

}  // namespace stentor::ctl

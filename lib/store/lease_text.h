// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a client has said of itself, as people read it: in the API, in tables and in exports.

#include <optional>
#include <string>
#include <string_view>

#include "lease/lease_change.h"
#include "store/clock_pair.h"

namespace stentor::store {

// "2026-11-27T17:00:00Z"; and what it says. nullopt: it says no such time.
std::string utc_text(UtcSecond second);
std::optional<UtcSecond> read_utc(std::string_view text);

// Empty where the client has not said it; hexadecimal but for the name.
struct LeaseText {
  explicit LeaseText(const lease::LeaseChange& said);

  std::string mac;  // "52:54:00:12:34:56"
  std::string hostname;
  std::string client_id;
  std::string circuit_id;
  std::string remote_id;
};

}  // namespace stentor::store

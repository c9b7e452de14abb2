// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Sightings for tests, of one machine unless told otherwise.

#include <string_view>

#include "sighting/sighting.h"

namespace stentor::control {

inline constexpr base::Time kDawn{std::chrono::hours{1}};
inline constexpr wire::MacAddress kMachine{{0x52, 0x54, 0, 0, 0, 1}};
inline constexpr wire::Ipv4Address kAddress{0x0a000005};  // 10.0.0.5

inline sighting::Sighting seen_at(base::Duration after, sighting::Seen seen,
                                  sighting::Speaker speaker = sighting::Speaker::firmware) {
  return {.at = kDawn + after,
          .glimpse = {.seen = seen, .speaker = speaker, .mac = kMachine, .address = kAddress},
          .name = {}};
}

// Of a transfer from port 2070 of a file of 1,000 bytes.
inline sighting::Sighting transfer_at(base::Duration after, sighting::Seen seen,
                                      std::string_view file, std::uint64_t bytes = 0) {
  sighting::Sighting sighting{.at = kDawn + after,
                              .glimpse = {.seen = seen, .address = kAddress},
                              .port = 2070,
                              .file_bytes = 1000,
                              .bytes = bytes,
                              .name = {}};
  sighting.assign_file(file);
  return sighting;
}

}  // namespace stentor::control

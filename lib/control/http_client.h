// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One question to a stentord's control socket and its whole answer, for a program that waits for
// it. HTTP/1.0, whose answers end with the connection (RFC 1945).

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/clock.h"

namespace stentor::control {

// Of an answer's body: more than the longest page; what answers may be a stranger who never ends.
inline constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 20;

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

struct HttpFailure {
  enum class Kind : std::uint8_t {
    unreachable,  // nobody answers there
    refused,      // we may not ask
    broken,       // something answers, but no stentord
  } kind = Kind::unreachable;
  std::string sentence;
};

// `target`: path and query, encoded. `patience`: for each step of the answer.
tl::expected<HttpAnswer, HttpFailure> ask(const std::string& socket_path, std::string_view method,
                                          std::string_view target,
                                          base::Duration patience = std::chrono::seconds{10});

// The same of an answer that may not end: as it comes, `visit` gets its body, and ends it by false.
// Whole, with its body in place, where its status is another than 200. `patience`: for what comes
// next.
tl::expected<HttpAnswer, HttpFailure> follow(const std::string& socket_path,
                                             std::string_view target,
                                             const std::function<bool(std::string_view)>& visit,
                                             base::Duration patience = std::chrono::seconds{15});

// What stands in a query for any bytes (RFC 3986 section 2.1).
std::string percent_encoded(std::string_view text);

}  // namespace stentor::control

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The parameters of a request, each of which is known and stands once, and what else the API looks
// at. Private to the API.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "control/http_message.h"

namespace stentor::control {

class Query {
 public:
  explicit Query(const HttpRequest& request) : request_(request) {}

  // nullopt: it is not given.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  // `standard` where it is not given; nullopt: it is no number from 1 to `max`.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name, std::uint64_t standard,
                                                    std::uint64_t max) const;
  // Of a header; empty: there is none.
  [[nodiscard]] std::string_view last_event_id() const { return request_.last_event_id; }

 private:
  const HttpRequest& request_;
};

}  // namespace stentor::control

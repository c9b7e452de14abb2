// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What commands ask a running stentord for, and how they say that they got nothing: one line on
// stderr, and an exit status.

#include <nlohmann/json.hpp>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "control/http_client.h"
#include "exit_status.h"
#include "server.h"

namespace stentor::ctl {

using Json = nlohmann::ordered_json;

// Options of every command that asks.
struct Asking {
  Server server{};
  bool json = false;  // as the API has it, in place of a table
};

// Parameters that are empty are left out.
using Parameters = std::vector<std::pair<const char*, std::string>>;

struct Answer {
  unsigned status = 0;
  Json json;

  [[nodiscard]] bool is_success() const { return status == 200 && json.is_object(); }
};

// A path with those of its parameters that are not empty.
std::string target_of(std::string path, const Parameters& parameters);
// With all of them, where what is empty says something.
std::string target_with(std::string path, const Parameters& parameters);

// On failure it has been said. `method` is GET for what changes nothing.
tl::expected<Answer, ExitStatus> tell(const Asking& asking, const char* method, std::string path,
                                      const Parameters& parameters = {});
ExitStatus fail(ExitStatus status, const std::string& sentence);
ExitStatus fail(const control::HttpFailure& failure);
// The same for an answer that is no success: the sentence that it has is said.
ExitStatus fail(const Asking& asking, const Answer& answer);

// What a stentord said without an end has ended. `what`: "stream", "capture".
ExitStatus fail_as_ended(const Asking& asking, const char* what);

// By GET, an answer that is a success.
tl::expected<Json, ExitStatus> ask(const Asking& asking, std::string path,
                                   const Parameters& parameters = {});

// Alone on standard output.
ExitStatus print_json(const Json& json);

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What commands ask a running stentord for, and how they say that they got nothing: one line on
// stderr, and an exit status.

#include <nlohmann/json.hpp>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "exit_status.h"

namespace stentor::ctl {

using Json = nlohmann::ordered_json;

// Options of every command that asks.
struct Asking {
  std::string socket = "/run/stentor/control.sock";
  bool json = false;  // as the API has it, in place of a table
};

// Parameters that are empty are left out.
using Parameters = std::vector<std::pair<const char*, std::string>>;

// On failure it has been said.
tl::expected<Json, ExitStatus> ask(const Asking& asking, std::string path,
                                   const Parameters& parameters = {});

// Alone on standard output.
ExitStatus print_json(const Json& json);

}  // namespace stentor::ctl

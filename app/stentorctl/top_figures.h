// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What `stentorctl top` makes of two looks at a stentord: how much of everything there was in a
// second between them, and how things stand at the second one.

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

namespace stentor::ctl {

// The answers of the API at one moment.
struct TopLook {
  std::chrono::steady_clock::time_point at{};
  nlohmann::ordered_json status{};
  nlohmann::ordered_json workers{};
  nlohmann::ordered_json ports{};
  nlohmann::ordered_json drops{};
  nlohmann::ordered_json stuck{};  // machines, as /v1/clients has them
};

// `per_second` of every counter of the appliance, of each worker and of each port, and the reasons
// for which anything was dropped or refused between the looks, the most frequent first. Where
// stentord was started meanwhile all is counted from zero.
nlohmann::ordered_json top_figures(const TopLook& before, const TopLook& now);

// The same for people: `lines` at the most (0: all) of `columns` characters at the most (0: as wide
// as they get).
std::string top_screen(const nlohmann::ordered_json& figures, std::size_t columns,
                       std::size_t lines);

}  // namespace stentor::ctl

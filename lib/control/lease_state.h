// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the API calls the state of an address that somebody has. Private to the API.

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "lease/lease.h"

namespace stentor::control {

inline constexpr std::array kLeaseStates{
    std::pair<std::string_view, lease::State>{"offered", lease::State::offered},
    std::pair<std::string_view, lease::State>{"bound", lease::State::bound},
    std::pair<std::string_view, lease::State>{"declined", lease::State::declined}};

inline std::string_view name_of(lease::State state) {
  for (const auto& [name, named] : kLeaseStates) {
    if (named == state) return name;
  }
  return "free";
}

inline std::optional<lease::State> find_lease_state(std::string_view name) {
  for (const auto& [known, state] : kLeaseStates) {
    if (known == name) return state;
  }
  return std::nullopt;
}

}  // namespace stentor::control

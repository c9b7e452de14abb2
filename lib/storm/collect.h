// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The result of a storm, from what its cores have tallied. Cold: when every core has stopped.

#include <span>

#include "storm/result.h"

namespace stentor::storm {

class Plan;
class Squad;

// One core's machines and what they did (Crew::view()).
struct CrewView {
  const Squad* squad = nullptr;
};

Result collect(const Plan& plan, std::span<const CrewView> crews);

}  // namespace stentor::storm

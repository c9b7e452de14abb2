// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The rules of a scenario by subject, for find_misfits() alone. Each adds what it finds to
// `misfits`, whatever the others have found.

#include <vector>

#include "storm/scenario_fit.h"

namespace stentor::storm {

// MAC addresses, of all groups: unicast, enough of them, each of one machine.
void check_macs(const Scenario& scenario, std::vector<Misfit>& misfits);

// The other values of a group, and how they fit together.
void check_group(const Scenario& scenario, std::size_t group, std::vector<Misfit>& misfits);

// Who has to know the server's address.
void check_server(const Scenario& scenario, std::vector<Misfit>& misfits);

// Arrival, link, deaths, and the end.
void check_course(const Scenario& scenario, std::vector<Misfit>& misfits);

void check_verification(const Scenario& scenario, std::vector<Misfit>& misfits);

}  // namespace stentor::storm

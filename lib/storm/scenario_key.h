// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Every key of a scenario file, once, in the manner of config/key.h.

#include "config/key.h"

namespace stentor::storm {

extern const config::Section kScenarioSection;
extern const config::Section kGroupSection;
extern const config::Section kLinkSection;
extern const config::Section kVerifySection;

}  // namespace stentor::storm

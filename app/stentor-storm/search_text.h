// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a search has come to, in words.

#include <string>
#include <string_view>

#include "command_line.h"
#include "rate_search.h"

namespace stentor::rig {

std::string_view unit_of(SearchRequest::What what);  // "DORA/s"

// Lines for stdout. `interrupted`: before the search had its answer.
std::string conclusion(const RateSearch& search, const SearchRequest& request, bool interrupted);

}  // namespace stentor::rig

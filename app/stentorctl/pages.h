// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Lists that the API gives in pages, fetched one after the other.

#include <functional>
#include <string>

#include "appliance_link.h"

namespace stentor::ctl {

struct PagedList {
  std::string path;
  const char* name;         // the list's, in an answer
  Parameters parameters{};  // of the path
  unsigned limit = 0;       // rows at the most; 0: all
};

// `visit` gets each answer; false of it ends the fetching. On failure it has been said.
tl::expected<void, ExitStatus> for_each_page(const Asking& asking, PagedList list,
                                             const std::function<bool(Json page)>& visit);

// The first page, with the rows of those after it put to its own.
tl::expected<Json, ExitStatus> ask_all(const Asking& asking, const PagedList& list);

}  // namespace stentor::ctl

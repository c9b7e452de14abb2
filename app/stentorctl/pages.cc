// SPDX-License-Identifier: BSD-3-Clause
#include "pages.h"

#include <algorithm>

namespace stentor::ctl {

namespace {

constexpr std::size_t kPageRows = 1000;  // the most that the API gives at a time

}  // namespace

tl::expected<void, ExitStatus> for_each_page(const Asking& asking, PagedList list,
                                             const std::function<bool(Json page)>& visit) {
  list.parameters.emplace_back("limit", "");
  list.parameters.emplace_back("after", "");
  std::string& rows_wanted = list.parameters[list.parameters.size() - 2].second;
  std::string& after = list.parameters.back().second;
  for (std::size_t have = 0;;) {
    rows_wanted =
        std::to_string(list.limit == 0 ? kPageRows : std::min(kPageRows, list.limit - have));
    auto page = ask(asking, list.path, list.parameters);
    if (!page) return tl::unexpected(page.error());
    have += page->at(list.name).size();
    const Json next = page->at("next");
    if (!visit(*std::move(page))) return {};
    // A page that ends where it began would never end.
    const bool is_stuck = next.is_string() && next == after;
    if (next.is_null() || is_stuck || (list.limit != 0 && have >= list.limit)) return {};
    after = next.get<std::string>();
  }
}

tl::expected<Json, ExitStatus> ask_all(const Asking& asking, const PagedList& list) {
  Json all;
  const auto done = for_each_page(asking, list, [&](Json page) {
    if (all.is_null()) {
      all = std::move(page);
      return true;
    }
    for (Json& row : page.at(list.name)) all.at(list.name).push_back(std::move(row));
    all["next"] = page.at("next");
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return all;
}

}  // namespace stentor::ctl

// SPDX-License-Identifier: BSD-3-Clause
#include "search_text.h"

#include <fmt/format.h>

#include "storm/quantity.h"

namespace stentor::rig {

std::string_view unit_of(SearchRequest::What what) {
  return what == SearchRequest::What::dora ? "DORA/s" : "boots/s";
}

std::string conclusion(const RateSearch& search, const SearchRequest& request, bool interrupted) {
  std::string text = interrupted ? "interrupted; what follows is what was known by then\n" : "";
  const std::string_view unit = unit_of(request.what);
  const std::string bound = storm::text_of_fraction(request.loss_bound);
  const auto failed = search.lowest_failed();
  if (search.highest() == 0 && !failed) {
    return text + "No trial was over: nothing is known of any rate.\n";
  }
  if (search.highest() == 0) {
    text += fmt::format("No rate held: more than {} were lost at each.\n", bound);
  } else {
    text += fmt::format("highest rate held: {:.0f} {} ({} or less lost)\n", search.highest(), unit,
                        bound);
  }
  if (interrupted) {
    text += failed ? fmt::format("lowest rate that did not hold: {:.0f} {}\n", *failed, unit)
                   : "No rate that did not hold was found: it may be much higher.\n";
  }
  if (search.highest() != 0 && search.is_rigs_limit()) {
    text += "The rig itself offers no more: give it more --cores, on a port with as many queues.\n";
  }
  return text;
}

}  // namespace stentor::rig

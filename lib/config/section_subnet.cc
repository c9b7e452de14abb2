// SPDX-License-Identifier: BSD-3-Clause
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

// Something stands there, also if it is of a wrong form, which has been reported.
bool is_filled(Mapping& section, std::string_view key) {
  const auto value = section.find(key);
  return section.stands(key) && !(value && value->node().children.empty());
}

}  // namespace

SubnetDraft read_subnet(const Cursor& cursor, const std::vector<ClientClass>& classes,
                        const CustomOptions& custom) {
  SubnetDraft draft;
  draft.node = &cursor.node();
  Mapping section(cursor, kSubnetSection);
  if (const auto value = section.find("subnet")) {
    if (const auto prefix = read_network(*value)) {
      draft.subnet.prefix = *prefix;
      draft.prefix = &value->node();
    }
  }
  for (const Cursor& item : section.find_items("pools", kPoolsPerSubnetMax)) {
    if (auto pool = read_pool(item, classes, custom)) draft.pools.push_back(*std::move(pool));
  }
  draft.pools_given = is_filled(section, "pools");
  draft.exclude = read_exclusions(section);
  if (const auto value = section.find("identify-by")) {
    constexpr std::array<Choice<bool>, 2> kWays{{{"hardware", false}, {"client-id", true}}};
    assign(draft.subnet.identify_by_client_id, read_choice(*value, kWays));
    draft.identify_by = &value->node();
  }
  if (const auto value = section.find("authoritative")) draft.authoritative = read_boolean(*value);
  if (const auto value = section.find("dhcp")) {
    draft.subnet.relayed = read_dhcp_mode(*value);
    if (draft.subnet.relayed) draft.dhcp = &value->node();
  }
  if (const auto value = section.find("options"))
    draft.subnet.options = read_options(*value, custom);
  for (const Cursor& item : section.find_items("reservations", kNodesMax)) {
    draft.reservations.push_back(read_reservation(item, classes, custom));
  }
  draft.reservations_given = is_filled(section, "reservations");
  return draft;
}

}  // namespace stentor::config

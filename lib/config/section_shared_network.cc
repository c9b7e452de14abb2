// SPDX-License-Identifier: BSD-3-Clause
// dhcp.shared-networks: subnets on one wire.
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {

SharedNetworkDraft read_shared_network(const Cursor& cursor, const CustomOptions& custom) {
  SharedNetworkDraft draft;
  draft.node = &cursor.node();
  Mapping section(cursor, kSharedNetworkSection);
  if (const auto value = section.find("name")) {
    if (const auto name = read_name(*value)) {
      draft.network.name = *name;
      draft.name = &value->node();
    }
  }
  for (const Cursor& item : section.find_items("subnets", kSubnetsPerSharedNetworkMax)) {
    if (const auto prefix = read_network(item)) draft.subnets.push_back({*prefix, &item.node()});
  }
  if (const auto value = section.find("subnets"); value && value->node().children.size() < 2) {
    value->unexpected("one subnet shares its network with none");
  }
  if (const auto value = section.find("options"))
    draft.network.options = read_options(*value, custom);
  return draft;
}

}  // namespace stentor::config

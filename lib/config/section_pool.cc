// SPDX-License-Identifier: BSD-3-Clause
// Pools of a subnet, and the addresses that are left out of them.
#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {

std::optional<PoolDraft> read_pool(const Cursor& item, const std::vector<ClientClass>& classes,
                                   const CustomOptions& custom) {
  PoolDraft draft;
  draft.node = &item.node();
  if (item.is_scalar()) {
    const auto range =
        read_range(item.expecting("a range FIRST-LAST of IPv4 addresses, or one address"));
    if (!range) return std::nullopt;
    draft.pool.range = *range;
    return draft;
  }
  Mapping section(item, kPoolSection);
  draft.exclude = read_exclusions(section);
  draft.pool.classes = read_class_names(section, "classes", {classes});
  if (const auto value = section.find("options")) draft.pool.options = read_options(*value, custom);
  const auto value = section.find("range");
  if (!value) return std::nullopt;
  const auto range = read_range(*value);
  if (!range) return std::nullopt;
  draft.pool.range = *range;
  draft.node = &value->node();
  return draft;
}

std::vector<RangeDraft> read_exclusions(Mapping& section) {
  std::vector<RangeDraft> exclusions;
  for (const Cursor& item : section.find_items("exclude", kExclusionsMax)) {
    if (const auto range = read_range(item)) exclusions.push_back({*range, &item.node()});
  }
  return exclusions;
}

}  // namespace stentor::config

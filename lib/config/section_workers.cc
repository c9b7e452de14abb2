// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "config/limit.h"
#include "config/section.h"
#include "config/value.h"

namespace stentor::config {
namespace {

constexpr std::uint64_t kHugepageBytesMin = std::uint64_t{2} << 20;  // the smallest hugepage

void read_cores(Mapping& section, std::vector<unsigned>& cores) {
  const std::optional<Cursor> value = section.find("cores");
  if (!value || value->is_word("auto")) return;
  if (!value->is_list()) return value->unexpected();
  value->refuse_empty_list();
  for (const Cursor& item : section.find_items("cores", kCoreMax + 1)) {
    const auto core = read_number<unsigned>(item, 0, kCoreMax);
    if (!core) continue;
    if (std::ranges::find(cores, *core) != cores.end()) {
      item.error("the core stands here twice; remove one");
    } else {
      cores.push_back(*core);
    }
  }
}

void read_hugepages(const Cursor& value, Workers& workers) {
  if (value.is_word("auto")) {
    workers.hugepages = Workers::HugepageMode::automatic;
  } else if (value.is_word("none")) {
    workers.hugepages = Workers::HugepageMode::none;
  } else if (const auto bytes = parse_size(value.text()); !bytes) {
    value.unexpected(is_quantity(value.text(), parse_size)
                         ? "out of range"
                         : "a size is a whole number and its unit, KiB, MiB or GiB");
  } else if (*bytes < kHugepageBytesMin) {
    value.unexpected("less than one hugepage");
  } else {
    workers.hugepages = Workers::HugepageMode::ceiling;
    workers.hugepage_bytes_max = *bytes;
  }
}

}  // namespace

void read_workers(const Cursor& cursor, Workers& workers) {
  constexpr std::array<Choice<Idle>, 2> kIdle{{{"adaptive", Idle::adaptive}, {"poll", Idle::poll}}};
  Mapping section(cursor, kWorkersSection);
  read_cores(section, workers.cores);
  if (const auto value = section.find("idle")) assign(workers.idle, read_choice(*value, kIdle));
  if (const auto value = section.find("hugepages")) read_hugepages(*value, workers);
}

}  // namespace stentor::config

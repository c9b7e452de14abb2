// SPDX-License-Identifier: BSD-3-Clause
#include "storm/name_table.h"

#include <algorithm>
#include <bit>

#include "base/siphash.h"

namespace stentor::storm {
namespace {

constexpr base::HashKey kKey{0x73746f726d, 0x6e616d6573};

}  // namespace

NameTable::NameTable(const Reference& reference, std::uint32_t names_max)
    : reference_(reference),
      entries_(names_max),
      slots_(std::bit_ceil(2 * std::size_t{names_max})),
      texts_(std::make_unique_for_overwrite<char[]>(names_max * kNameBytesMax)) {}

std::uint32_t NameTable::intern(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return kNoName;
  std::size_t at = static_cast<std::size_t>(base::siphash64(kKey, base::as_bytes(name)));
  for (;; ++at) {
    std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot == 0) {
      if (count_ == entries_.size()) return kNoName;
      char* text = texts_.get() + count_ * kNameBytesMax;
      std::copy(name.begin(), name.end(), text);
      entries_[count_] = {{text, name.size()}, reference_.find(name)};
      slot = ++count_;
      return slot - 1;
    }
    if (entries_[slot - 1].text == name) return slot - 1;
  }
}

}  // namespace stentor::storm

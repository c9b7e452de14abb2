// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where a machine stands with its boot, as a sentence for people without its capital and its end:
// "was offered 10.0.0.5 and did not ask for it", "stopped in grubx64.efi at 37 %".

#include <string>
#include <string_view>
#include <vector>

#include "control/boot_session_table.h"

namespace stentor::control {

// What reasons mean, by their place in refusals.def, which is not control's to know.
struct Vocabulary {
  std::vector<std::string_view> refusals;
};

// Of Seen::unanswered and Seen::denied.
std::string why_unanswered(std::uint16_t reason);
std::string why_denied(std::uint16_t reason, const Vocabulary& words);

// `is_stuck`: nothing has come of it for long; else it may be under way.
std::string where_text(const BootSessionTable::Row& row, bool is_stuck, const Vocabulary& words);

}  // namespace stentor::control

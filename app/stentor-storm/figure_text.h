// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Numbers as people read them: three significant digits and a unit, with a space between them. For
// the eye alone; what a program reads (JSON, CSV) is never rounded.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace stentor::rig {

std::string grouped(std::uint64_t value);                   // "1,000,000"
std::string si_words(double value, std::string_view unit);  // "3.21 Gbit/s", "950 B", "0 B"
std::string duration_words(base::Duration duration);        // "312 µs", "4.21 s", "2 min 05 s"
std::string percent_words(std::uint64_t part, std::uint64_t whole);  // "99.9 %"; 100 % means all
                                                                     // of them, 0 % means none

std::string sentence_case(std::string_view words);  // "Frames sent"

}  // namespace stentor::rig

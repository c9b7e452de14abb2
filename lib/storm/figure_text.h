// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Numbers as people read them, on a terminal, in goals and in reports: three significant digits and
// a unit, with a space between them. The unit is chosen for what is seen: 999.96 ms is 1.00 s. For
// the eye alone; what a program reads (JSON, CSV) is never rounded, and what is read back is in
// quantity.h.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace stentor::storm {

std::string grouped(std::uint64_t value);                   // "1,000,000"
std::string si_words(double value, std::string_view unit);  // "3.21 Gbit/s", "950 B", "0 B"

// "312 µs", "4.21 s", "2 min 05 s", "3 h 20 min". Less than nothing is "0 s".
std::string duration_words(base::Duration duration);
std::string duration_words(std::uint64_t nanoseconds);  // as histograms count them

// "99.9 %". 100 % means all of them, 0 % none: what is nearly so is "> 99.99 %" or "< 0.01 %".
std::string percent_words(double share);
std::string percent_words(std::uint64_t part, std::uint64_t whole);

std::string sentence_case(std::string_view words);  // "Frames sent"

}  // namespace stentor::storm

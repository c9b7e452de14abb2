// SPDX-License-Identifier: BSD-3-Clause
#include "storm/result.h"

namespace stentor::storm {
namespace {

constexpr std::array<std::string_view, kCounts> kNames = {
#define STORM_COUNT(name, words) #name,
#include "storm/counts.def"
#undef STORM_COUNT
};

constexpr std::array<std::string_view, kCounts> kWords = {
#define STORM_COUNT(name, words) words,
#include "storm/counts.def"
#undef STORM_COUNT
};

constexpr std::array<std::string_view, kFailures> kFailureNames = {
    "none",       "no_offer",     "no_ack",     "no_boot_file", "no_boot_server", "tftp_silent",
    "tftp_error", "tftp_refused", "wrong_size", "wrong_bytes",  "wrong_options",  "address_taken",
    "file_found", "no_config",    "died",       "out_of_time",  "never_on",       "interrupted",
};

constexpr std::array<std::string_view, kFailures> kFailureWords = {
    "none",
    "no OFFER came",
    "no ACK came",
    "the ACK named no boot file",
    "no answer on port 4011",
    "the TFTP server fell silent",
    "the TFTP server sent an ERROR",
    "the OACK named what was not asked",
    "the file's size was wrong",
    "the file's bytes were wrong",
    "the ACK's options were wrong",
    "the address belongs to another machine",
    "a file that must be missing was there",
    "none of PXELINUX's names for its configuration was there",
    "it died, as the scenario has it",
    "the storm ended first",
    "it was never switched on: the storm ended before",
    "the storm was interrupted first",
};

}  // namespace

std::string_view name_of(Count count) { return kNames[static_cast<std::size_t>(count)]; }
std::string_view words_of(Count count) { return kWords[static_cast<std::size_t>(count)]; }
std::string_view name_of(Failure failure) {
  return kFailureNames[static_cast<std::size_t>(failure)];
}
std::string_view words_of(Failure failure) {
  return kFailureWords[static_cast<std::size_t>(failure)];
}

}  // namespace stentor::storm

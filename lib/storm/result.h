// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a storm measured, whole: made from the cores' tallies when it is over, read by goals
// (goal.h) and by every kind of report. Times are nanoseconds; since power-on of the machine
// or since the start of the storm, as each field says.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/histogram.h"
#include "wire/address.h"

namespace stentor::storm {

// What the rig counts. One list: counter, JSON key, table row, words in the report.
enum class Count : std::uint8_t {
#define STORM_COUNT(name, words) name,
#include "storm/counts.def"
#undef STORM_COUNT
};
inline constexpr std::size_t kCounts =
    std::initializer_list<Count>{
#define STORM_COUNT(name, words) Count::name,
#include "storm/counts.def"
#undef STORM_COUNT
    }
        .size();
std::string_view name_of(Count count);   // "frames_sent"
std::string_view words_of(Count count);  // "frames sent"

using Counts = std::array<std::uint64_t, kCounts>;

// Why a machine did not boot.
enum class Failure : std::uint8_t {
  none,
  no_offer,        // the firmware gave up asking
  no_ack,          // offers came, no ACK
  no_boot_file,    // the ACK named none
  no_boot_server,  // nobody answered on 4011
  tftp_silent,     // no answer to the request, or in the middle
  tftp_error,      // the server sent ERROR
  tftp_refused,    // the client would not have the OACK
  wrong_size,
  wrong_bytes,    // differs from the reference
  wrong_options,  // what verify asks of an ACK
  address_taken,  // another machine of the storm holds it
  file_found,     // a `missing` stage got the file
  no_config,      // none of PXELINUX's names is there
  died,           // by the scenario
  out_of_time,    // the storm ended first
  never_on,       // the storm ended before its power-on
  interrupted,    // a signal ended the storm first
};
// Nobody serves the machine, or not any more; it was not served wrong.
constexpr bool is_silence(Failure failure) {
  return failure == Failure::no_offer || failure == Failure::no_ack ||
         failure == Failure::no_boot_server || failure == Failure::tftp_silent;
}
inline constexpr std::size_t kFailures = static_cast<std::size_t>(Failure::interrupted) + 1;
std::string_view name_of(Failure failure);   // "no_offer"
std::string_view words_of(Failure failure);  // "no OFFER came"

// One machine, for tables and CSV.
struct MachineRow {
  std::uint32_t number = 0;  // over all groups
  std::uint16_t group = 0;
  wire::MacAddress mac;
  wire::Ipv4Address address;  // 0.0.0.0: never had one
  bool booted = false;
  Failure failure = Failure::none;
  std::uint8_t stage = 0;        // where it failed; the script's length if it booted
  std::uint16_t error_code = 0;  // of Failure::tftp_error
  base::Duration powered_on{};   // since the start of the storm; of never_on, when it was to be
  base::Duration boot_time{};    // from power-on; 0 unless booted
  std::uint64_t bytes = 0;       // of files, each once
  std::uint32_t resends = 0;     // requests and ACKs that it had to repeat
  std::uint32_t duplicates = 0;  // DATA that it had already
  // Of the stages that it passed, the one that took longest, and how long; 0: it passed none.
  std::uint8_t longest_stage = 0;
  base::Duration longest_time{};
};

struct StageResult {
  std::string name;  // "dora", "file initrd"
  std::uint64_t begun = 0;
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  base::Histogram latency;  // ns from its begin to its end, of those that passed
};

// What happened in one interval of the storm.
struct Interval {
  std::uint32_t powered_on = 0;  // machines, each once
  std::uint32_t bound = 0;       // to their first address: machines, each once
  std::uint32_t booted = 0;
  std::uint32_t failed = 0;
  std::uint64_t data_frames = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t resends = 0;
};

struct GroupResult {
  std::string name;
  std::uint64_t machines = 0;
  std::uint64_t booted = 0;
  std::vector<StageResult> stages;  // by the script
};

struct Result {
  std::string server_words;  // who answered: "10.0.0.1"; empty: nobody
  bool interrupted = false;  // by a signal, with machines that had not ended
  std::uint64_t seed = 0;
  std::uint64_t machines = 0;
  std::uint64_t booted = 0;
  base::Duration elapsed{};  // from the first power-on to the last end
  Counts counts{};
  std::array<std::uint64_t, kFailures> failures{};
  base::Histogram boot_time;    // ns from power-on, of booted machines
  base::Histogram offer_time;   // DISCOVER to OFFER
  base::Histogram ack_time;     // REQUEST to ACK
  base::Histogram first_block;  // RRQ to OACK or DATA
  base::Histogram next_data;    // ACK to the first DATA of the next window
  base::Duration interval{};    // of the timeline
  std::vector<Interval> timeline;
  std::vector<GroupResult> groups;
  std::vector<MachineRow> rows;  // all machines, by number
};

}  // namespace stentor::storm

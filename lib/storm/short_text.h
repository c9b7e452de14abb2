// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The parts of a scenario as short texts: what flags take and what stands in a scenario file. Each
// parse_ gives the value, or why not, as words that fit behind "'TEXT': "; each text_of_ is read
// back as the same value.
//
//   stage     dora | boot-server | boot-file | file NAME | missing NAME | pxelinux-config |
//             pause TIME | renew | release, each with " as PROFILE" behind it; a NAME with a comma
//             or " as " in it stands in double quotes; words in it stand for the machine that asks
//             (name_template.h)
//   arrival   at-once | ramp TIME | poisson N/s | waves N every TIME
//   deaths    FRACTION[:TIME]     the time after which the dead are switched on again
//   bytes     full | sampled[:N] | hash:FILE | none
//   relay     ADDRESS[,CIRCUIT]
//   vlans     N | N-M, separated by commas

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "storm/scenario.h"

namespace stentor::storm {

template <typename T>
using Parsed = tl::expected<T, std::string>;

Parsed<Stage> parse_stage(std::string_view text);
std::string text_of_stage(const Stage& stage);

// Stages separated by commas.
Parsed<std::vector<Stage>> parse_script(std::string_view text);

Parsed<Arrival> parse_arrival(std::string_view text);
std::string text_of_arrival(const Arrival& arrival);

Parsed<Deaths> parse_deaths(std::string_view text);
std::string text_of_deaths(const Deaths& deaths);

// Sets the three of Verification that the text is about.
Parsed<void> parse_bytes(std::string_view text, Verification& verify);
std::string text_of_bytes(const Verification& verify);

Parsed<RelaySite> parse_relay(std::string_view text);
std::string text_of_relay(const RelaySite& relay);

Parsed<std::vector<std::uint16_t>> parse_vlans(std::string_view text);

// A client::BootProfile's name; the error lists them.
Parsed<std::string> parse_profile(std::string_view text);

// A name or number of option 93.
Parsed<std::uint16_t> parse_architecture(std::string_view text);

// RFC 2348 and RFC 7440: what TFTP can ask for.
Parsed<std::uint16_t> parse_blksize(std::string_view text);
Parsed<std::uint16_t> parse_windowsize(std::string_view text);

// The first of several addresses, and the length of their network: "10.20.1.1/16".
Parsed<wire::Ipv4Prefix> parse_addresses(std::string_view text);
std::string text_of_addresses(const wire::Ipv4Prefix& first);

// What stands between the commas, without blanks around it. Commas in double quotes do not count.
std::vector<std::string_view> split_list(std::string_view text);

}  // namespace stentor::storm

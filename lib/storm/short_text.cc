// SPDX-License-Identifier: BSD-3-Clause
#include "storm/short_text.h"

#include <algorithm>
#include <array>

#include "client/boot_profile.h"
#include "client/relay.h"
#include "config/architecture.h"
#include "config/near_miss.h"
#include "config/report.h"
#include "config/unit.h"
#include "storm/quantity.h"

namespace stentor::storm {
namespace {

constexpr std::string_view kTimeWords = "a time is a number and its unit, us, ms, s, m, h or d";

tl::unexpected<std::string> refused(std::string words) {
  return tl::unexpected<std::string>(std::move(words));
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// The first word; what follows it stays in `text`.
std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && text[at] == '"') quoted = !quoted;
    if (at < text.size() && (text[at] != ',' || quoted)) continue;
    parts.push_back(trimmed(text.substr(begin, at - begin)));
    begin = at + 1;
  }
  return parts;
}

Parsed<Arrival> parse_arrival(std::string_view text) {
  constexpr std::string_view kKnown =
      "arrival is at-once, ramp TIME, poisson N/s, or waves N every TIME";
  const std::string_view kind = take_word(text);
  Arrival arrival;
  if (kind == "at-once" && text.empty()) return arrival;
  if (kind == "ramp") {
    const auto over = parse_time(text);
    if (!over || *over <= base::Duration::zero()) return refused(std::string(kTimeWords));
    arrival.kind = Arrival::Kind::ramp;
    arrival.over = *over;
    return arrival;
  }
  if (kind == "poisson") {
    const auto rate = parse_frequency(text);
    if (!rate) return refused("poisson needs how many a second on average, like poisson 1000/s");
    arrival.kind = Arrival::Kind::poisson;
    arrival.per_second = *rate;
    return arrival;
  }
  if (kind == "waves") {
    const auto machines = config::parse_number(take_word(text));
    const bool every = take_word(text) == "every";
    const auto period = parse_time(text);
    if (!machines || *machines < 1 || *machines > kMachinesMax || !every || !period ||
        *period <= base::Duration::zero()) {
      return refused("waves need how many machines and how often, like waves 48 every 5s");
    }
    arrival.kind = Arrival::Kind::waves;
    arrival.wave_machines = static_cast<std::uint32_t>(*machines);
    arrival.over = *period;
    return arrival;
  }
  return refused(std::string(kKnown));
}

std::string text_of_arrival(const Arrival& arrival) {
  switch (arrival.kind) {
    case Arrival::Kind::at_once:
      return "at-once";
    case Arrival::Kind::ramp:
      return "ramp " + text_of_time(arrival.over);
    case Arrival::Kind::poisson:
      return "poisson " + text_of_frequency(arrival.per_second);
    case Arrival::Kind::waves:
      return "waves " + std::to_string(arrival.wave_machines) + " every " +
             text_of_time(arrival.over);
  }
  return {};
}

Parsed<Deaths> parse_deaths(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto probability = parse_fraction(text.substr(0, colon));
  if (!probability) {
    return refused(
        "deaths are a probability from 0 to 1 or in %, like 1%, and :TIME behind it "
        "if the dead are switched on again, like 1%:30s");
  }
  Deaths deaths{.probability = *probability, .restart_after = std::nullopt};
  if (colon == std::string_view::npos) return deaths;
  deaths.restart_after = parse_time(text.substr(colon + 1));
  if (!deaths.restart_after) return refused(std::string(kTimeWords));
  return deaths;
}

std::string text_of_deaths(const Deaths& deaths) {
  std::string text = text_of_fraction(deaths.probability);
  if (deaths.restart_after) text += ":" + text_of_time(*deaths.restart_after);
  return text;
}

Parsed<void> parse_bytes(std::string_view text, Verification& verify) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view kind = text.substr(0, colon);
  const std::string_view more = text.substr(std::min(colon + 1, text.size()));
  const bool alone = colon == text.size();
  if (kind == "full" && alone) {
    verify.bytes = Verification::Bytes::full;
  } else if (kind == "none" && alone) {
    verify.bytes = Verification::Bytes::none;
  } else if (kind == "sampled") {
    const auto every = alone ? std::optional<std::uint64_t>(Verification{}.sample_every)
                             : config::parse_number(more);
    if (!every || *every < 1 || *every > 65535) {
      return refused("one block in how many? Write sampled:N with N from 1 to 65535");
    }
    verify.bytes = Verification::Bytes::sampled;
    verify.sample_every = static_cast<std::uint32_t>(*every);
  } else if (kind == "hash") {
    if (more.empty()) return refused("which sums? Write hash:FILE, with a SHA256SUMS file");
    verify.bytes = Verification::Bytes::hash;
    verify.sums = more;
  } else {
    return refused("verification is full, sampled, sampled:N, hash:FILE or none");
  }
  return {};
}

std::string text_of_bytes(const Verification& verify) {
  switch (verify.bytes) {
    case Verification::Bytes::none:
      return "none";
    case Verification::Bytes::sampled:
      return "sampled:" + std::to_string(verify.sample_every);
    case Verification::Bytes::full:
      return "full";
    case Verification::Bytes::hash:
      return "hash:" + verify.sums;
  }
  return {};
}

Parsed<RelaySite> parse_relay(std::string_view text) {
  const std::size_t comma = text.find(',');
  const auto address = wire::Ipv4Address::parse(trimmed(text.substr(0, comma)));
  if (!address || !address->is_unicast()) {
    return refused(
        "a relay is its IPv4 address (giaddr), and a circuit identifier behind a "
        "comma if it adds option 82, like 10.21.0.1,rack7");
  }
  RelaySite relay{.address = *address, .circuit_id = {}};
  if (comma == std::string_view::npos) return relay;
  relay.circuit_id = trimmed(text.substr(comma + 1));
  if (relay.circuit_id.empty() || relay.circuit_id.size() > client::kCircuitIdMax ||
      has_control_characters(relay.circuit_id)) {
    return refused("a circuit identifier has 1 to " + std::to_string(client::kCircuitIdMax) +
                   " bytes, none of them a control character");
  }
  return relay;
}

std::string text_of_relay(const RelaySite& relay) {
  std::string text(relay.address.text().view());
  if (!relay.circuit_id.empty()) text += "," + relay.circuit_id;
  return text;
}

Parsed<std::vector<std::uint16_t>> parse_vlans(std::string_view text) {
  std::vector<std::uint16_t> vlans;
  for (const std::string_view part : split_list(text)) {
    const std::size_t dash = part.find('-');
    const auto first = config::parse_number(part.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? first : config::parse_number(part.substr(dash + 1));
    if (!first || !last || *first < 1 || *last > 4094 || *last < *first) {
      return refused(
          "VLANs are numbers from 1 to 4094 or ranges FIRST-LAST of them, separated by "
          "commas, like 100,110-119");
    }
    for (std::uint64_t vlan = *first; vlan <= *last; ++vlan) {
      if (vlans.size() == kVlansMax) {
        return refused("at most " + std::to_string(kVlansMax) + " VLANs can be named");
      }
      vlans.push_back(static_cast<std::uint16_t>(vlan));
    }
  }
  return vlans;
}

Parsed<std::string> parse_profile(std::string_view text) {
  std::vector<std::string_view> known;
  for (const client::BootProfile& profile : client::kBootProfiles) {
    if (profile.name == text) return std::string(text);
    known.push_back(profile.name);
  }
  const std::string_view meant = config::find_near_miss(text, known);
  return refused("there is no profile " + config::in_quotes(text) +
                 (meant.empty() ? "; known are " + config::enumerate(known)
                                : "; did you mean " + std::string(meant) + "? Known are " +
                                      config::enumerate(known)));
}

Parsed<std::uint16_t> parse_architecture(std::string_view text) {
  if (const auto number = config::parse_number(text); number && *number <= 65535) {
    return static_cast<std::uint16_t>(*number);
  }
  if (const auto codes = config::find_architecture(text); !codes.empty()) return codes.front();
  std::vector<std::string_view> known;
  for (const config::Architecture& each : config::architectures()) {
    if (std::ranges::find(known, each.name) == known.end()) known.push_back(each.name);
  }
  const std::string_view meant = config::find_near_miss(text, known);
  return refused(meant.empty()
                     ? "no architecture has this name; a number from 0 to 65535 "
                       "(option 93) will do too. Known are " +
                           config::enumerate(known)
                     : "no architecture has this name; did you mean " + std::string(meant) + "?");
}

Parsed<std::uint16_t> parse_blksize(std::string_view text) {
  const auto number = config::parse_number(text);
  if (number && *number >= 8 && *number <= 65464) return static_cast<std::uint16_t>(*number);
  return refused("a block has 8 to 65464 bytes");
}

Parsed<std::uint16_t> parse_windowsize(std::string_view text) {
  const auto number = config::parse_number(text);
  if (number && *number >= 1 && *number <= 65535) return static_cast<std::uint16_t>(*number);
  return refused("a window has 1 to 65535 blocks");
}

Parsed<wire::Ipv4Prefix> parse_addresses(std::string_view text) {
  const auto first = wire::Ipv4Prefix::parse(text);
  if (first && first->address.is_unicast() && first->length >= 1) return *first;
  return refused("expected the first address and the length of its network, like 10.20.1.1/16");
}

std::string text_of_addresses(const wire::Ipv4Prefix& first) {
  return std::string(first.address.text().view()) + "/" + std::to_string(first.length);
}

}  // namespace stentor::storm

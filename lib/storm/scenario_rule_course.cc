// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "config/report.h"
#include "storm/quantity.h"
#include "storm/scenario_rule.h"
#include "storm/short_text.h"

namespace stentor::storm {
namespace {

constexpr const char* kNoMachines =
    "no machine can have this address; expected an IPv4 address of one";

void add(std::vector<Misfit>& misfits, std::string key, std::string sentence) {
  misfits.push_back({std::nullopt, std::move(key), std::move(sentence)});
}

void check_probability(const char* key, double value, std::vector<Misfit>& misfits) {
  if (value >= 0 && value <= 1) return;
  add(misfits, key, "out of range; expected a probability from 0 to 1, or in %, like 0.1%");
}

void check_link(const LinkModel& link, std::vector<Misfit>& misfits) {
  check_probability("link.loss", link.loss, misfits);
  check_probability("link.duplicate", link.duplication, misfits);
  check_probability("link.reorder", link.reordering, misfits);
  check_probability("link.corrupt", link.corruption, misfits);
  if (link.round_trip < base::Duration::zero() || link.round_trip > kRoundTripMax) {
    add(misfits, "link.rtt",
        "out of range; expected a round trip of at most " + text_of_time(kRoundTripMax) +
            ", like 200us");
  }
}

void check_arrival(const Arrival& arrival, std::vector<Misfit>& misfits) {
  if (arrival.over < base::Duration::zero() || arrival.over > kTimeMax) {
    return add(misfits, "arrival",
               "out of range; a ramp, and the time between waves, last " + text_of_time(kTimeMax) +
                   " at most");
  }
  const std::string text = text_of_arrival(arrival);
  if (const auto parsed = parse_arrival(text); !parsed) {
    add(misfits, "arrival", config::in_quotes(text) + ": " + parsed.error());
  }
}

}  // namespace

void check_server(const Scenario& scenario, std::vector<Misfit>& misfits) {
  if (scenario.server) {
    if (!scenario.server->is_unicast()) add(misfits, "server", kNoMachines);
    return;
  }
  const auto& groups = scenario.groups;
  if (std::ranges::any_of(groups, [](const Group& group) { return !group.relays.empty(); })) {
    add(misfits, "server", "relays have to know the server's IPv4 address");
  }
  if (std::ranges::any_of(groups, [](const Group& group) { return group.addresses.has_value(); })) {
    add(misfits, "server", "machines without DHCP have to know the server's IPv4 address");
  }
}

void check_course(const Scenario& scenario, std::vector<Misfit>& misfits) {
  check_arrival(scenario.arrival, misfits);
  check_link(scenario.link, misfits);
  if (const auto parsed = parse_deaths(text_of_deaths(scenario.deaths)); !parsed) {
    add(misfits, "deaths", parsed.error());
  }
  if (scenario.give_up < kGiveUpMin || scenario.give_up > kTimeMax) {
    add(misfits, "give-up",
        "out of range; expected a time from " + text_of_time(kGiveUpMin) + " to " +
            text_of_time(kTimeMax) + ", like 10m");
  }
}

void check_verification(const Scenario& scenario, std::vector<Misfit>& misfits) {
  const Verification& verify = scenario.verify;
  Verification read;
  if (const auto parsed = parse_bytes(text_of_bytes(verify), read); !parsed) {
    add(misfits, "verify.bytes", parsed.error());
  }
  if (verify.bytes == Verification::Bytes::hash && !verify.reference.empty()) {
    add(misfits, "verify.reference",
        "hashes are compared with the sums alone; leave out the reference folder, "
        "or compare with it by full or sampled");
  }
  if (verify.subnet &&
      (verify.subnet->length == 0 || verify.subnet->network() != verify.subnet->address)) {
    add(misfits, "verify.subnet",
        "expected a subnet, without bits behind its length, like "
        "10.20.0.0/16");
  }
  if (verify.router && !verify.router->is_unicast()) add(misfits, "verify.router", kNoMachines);
  if (verify.lease_min && (*verify.lease_min < std::chrono::seconds{1} ||
                           *verify.lease_min % std::chrono::seconds{1} != base::Duration::zero())) {
    add(misfits, "verify.lease-min",
        "out of range; DHCP counts whole seconds: expected 1s or more, like 10m");
  }
  if (verify.subnet && verify.router && !verify.subnet->contains(*verify.router)) {
    add(misfits, "verify.router",
        "the router that each ACK must name is not in the subnet that it must "
        "give addresses of");
  }
}

}  // namespace stentor::storm

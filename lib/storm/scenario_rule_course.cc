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

bool fetches_files(const Group& group) {
  return std::ranges::any_of(group.script, [](const Stage& stage) {
    return is_fetch(stage.kind) && stage.kind != Stage::Kind::missing;
  });
}

// What is verified has to come.
void check_compared(const Scenario& scenario, std::vector<Misfit>& misfits) {
  const Verification& verify = scenario.verify;
  if (std::ranges::none_of(scenario.groups, fetches_files)) {
    constexpr const char* kNoFile =
        "no script fetches a file that could be compared; leave it out, or add boot-file or file "
        "NAME";
    if (!verify.reference.empty()) add(misfits, "verify.reference", kNoFile);
    if (verify.bytes == Verification::Bytes::hash) add(misfits, "verify.bytes", kNoFile);
  }
  if (std::ranges::all_of(scenario.groups,
                          [](const Group& group) { return group.addresses.has_value(); })) {
    constexpr const char* kNoAck =
        "there is no ACK to compare it with: no machine asks DHCP for an address; leave it out";
    if (verify.subnet) add(misfits, "verify.subnet", kNoAck);
    if (verify.router) add(misfits, "verify.router", kNoAck);
    if (verify.lease_min) add(misfits, "verify.lease-min", kNoAck);
  }
}

}  // namespace

void check_server(const Scenario& scenario, std::vector<Misfit>& misfits) {
  const auto& groups = scenario.groups;
  const bool relayed =
      std::ranges::any_of(groups, [](const Group& group) { return !group.relays.empty(); });
  const bool addressed =
      std::ranges::any_of(groups, [](const Group& group) { return group.addresses.has_value(); });
  if (!scenario.server) {
    if (relayed) add(misfits, "server", "relays have to know the server's IPv4 address");
    if (addressed) {
      add(misfits, "server", "machines without DHCP have to know the server's IPv4 address");
    }
  } else if (!scenario.server->is_unicast()) {
    add(misfits, "server", kNoMachines);
  } else if (!relayed && !addressed) {
    add(misfits, "server",
        "nobody is sent to it: machines on the server's link ask by broadcast, and fetch from "
        "where the ACK says; leave it out, or give the machines relays or addresses");
  }
}

void check_course(const Scenario& scenario, std::vector<Misfit>& misfits) {
  check_arrival(scenario.arrival, misfits);
  check_link(scenario.link, misfits);
  if (const auto parsed = parse_deaths(text_of_deaths(scenario.deaths)); !parsed) {
    add(misfits, "deaths", parsed.error());
  }
  if (scenario.again_after &&
      (*scenario.again_after < kAgainMin || *scenario.again_after > kTimeMax)) {
    add(misfits, "again",
        "out of range; expected a time from " + text_of_time(kAgainMin) + " to " +
            text_of_time(kTimeMax) + ", like 5s");
  }
  if (scenario.give_up < kGiveUpMin || scenario.give_up > kTimeMax) {
    add(misfits, "give-up",
        "out of range; expected a time from " + text_of_time(kGiveUpMin) + " to " +
            text_of_time(kTimeMax) + ", like 10m");
  }
}

void check_verification(const Scenario& scenario, std::vector<Misfit>& misfits) {
  const Verification& verify = scenario.verify;
  check_compared(scenario, misfits);
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

// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "client/boot_profile.h"
#include "client/relay.h"
#include "storm/plan_setup.h"
#include "storm/scenario_check.h"

namespace stentor::storm {
namespace {

constexpr std::size_t kNameBytesMax = 255;  // as long a name as an RRQ of the field has
constexpr base::Duration kTimeMax = std::chrono::hours{24 * 7};

bool is_fetch(Stage::Kind kind) {
  return kind == Stage::Kind::file || kind == Stage::Kind::missing;
}

std::string known_profiles() {
  std::string names;
  for (const client::BootProfile& profile : client::kBootProfiles) {
    names += (names.empty() ? "" : ", ") + std::string(profile.name);
  }
  return names;
}

base::Result<void> check_profile(const std::string& where, const std::string& name) {
  if (std::ranges::find(client::kBootProfiles, std::string_view(name),
                        &client::BootProfile::name) != client::kBootProfiles.end()) {
    return {};
  }
  return base::failure(where + ": there is no profile \"" + name + "\"; there are " +
                       known_profiles());
}

base::Result<void> check_stage(const std::string& where, const Stage& stage, bool is_bound) {
  if (!stage.profile.empty()) {
    if (auto checked = check_profile(where, stage.profile); !checked) return checked;
  }
  if (is_fetch(stage.kind) && (stage.name.empty() || stage.name.size() > kNameBytesMax)) {
    return base::failure(where + ": a file needs a name of 1 to " + std::to_string(kNameBytesMax) +
                         " bytes");
  }
  if (stage.kind == Stage::Kind::pause &&
      (stage.pause <= base::Duration::zero() || stage.pause > kTimeMax)) {
    return base::failure(where + ": a pause lasts more than nothing and a week at most");
  }
  if (!is_bound && stage.kind != Stage::Kind::dora && stage.kind != Stage::Kind::pause) {
    return base::failure(where + ": the machine has no address there; put \"dora\" before it");
  }
  return {};
}

base::Result<void> check_script(const Group& group) {
  const std::string where = "group " + group.name + ": script";
  if (group.script.empty() || group.script.size() > kStagesMax) {
    return base::failure(where + ": 1 to " + std::to_string(kStagesMax) + " stages are possible");
  }
  bool is_bound = group.addresses.has_value();
  for (std::size_t i = 0; i < group.script.size(); ++i) {
    const Stage& stage = group.script[i];
    if (auto checked = check_stage(where + ", stage " + std::to_string(i + 1), stage, is_bound);
        !checked) {
      return checked;
    }
    if (stage.kind == Stage::Kind::dora) is_bound = true;
    if (stage.kind == Stage::Kind::release) is_bound = false;
  }
  return {};
}

base::Result<void> check_relays(const Scenario& scenario, const Group& group) {
  const std::string where = "group " + group.name + ": relays";
  if (!group.relays.empty() && !scenario.server) {
    return base::failure(where + ": relays need the server's address; set `server`");
  }
  for (const RelaySite& site : group.relays) {
    if (!site.address.is_unicast()) {
      return base::failure(where + ": " + std::string(site.address.text().view()) +
                           " cannot be a relay's address");
    }
    if (site.circuit_id.size() > client::kCircuitIdMax) {
      return base::failure(where + ": the circuit identifier of " +
                           std::string(site.address.text().view()) + " is longer than " +
                           std::to_string(client::kCircuitIdMax) + " bytes");
    }
  }
  return {};
}

base::Result<void> check_group(const Scenario& scenario, const Group& group) {
  const std::string where = "group " + group.name + ": ";
  if (group.machines == 0) return base::failure(where + "it has no machine; set `machines`");
  if (!group.macs.empty() && group.macs.size() < group.machines) {
    return base::failure(where + std::to_string(group.macs.size()) + " MACs for " +
                         std::to_string(group.machines) + " machines; list one for each");
  }
  const auto is_bad = [](const wire::MacAddress& mac) { return mac.is_group() || mac.is_zero(); };
  if (std::ranges::any_of(group.macs, is_bad) || is_bad(group.mac_first)) {
    return base::failure(where + "a machine's MAC is neither zero nor a group address");
  }
  const std::uint64_t last = mac_number(group.mac_first) + group.machines - 1;
  if (group.macs.empty() && last >> 40 != mac_number(group.mac_first) >> 40) {
    return base::failure(where + "MACs from " + std::string(group.mac_first.text().view()) +
                         " on run out; begin lower");
  }
  for (const std::uint16_t vlan : group.vlans) {
    if (vlan == 0 || vlan > 4094) {
      return base::failure(where + "VLAN " + std::to_string(vlan) + "; 1 to 4094 are possible");
    }
  }
  if (group.profiles.empty()) {
    return base::failure(where + "it has no profile; there are " + known_profiles());
  }
  for (const std::string& name : group.profiles) {
    if (auto checked = check_profile("group " + group.name, name); !checked) return checked;
  }
  if (group.addresses && !scenario.server) {
    return base::failure(where + "machines without DHCP need the server's address; set `server`");
  }
  if (auto checked = check_relays(scenario, group); !checked) return checked;
  return check_script(group);
}

base::Result<void> check_arrival(const Arrival& arrival) {
  if (arrival.over < base::Duration::zero() || arrival.over > kTimeMax) {
    return base::failure("arrival: `over` is a time of at most a week");
  }
  if (arrival.kind == Arrival::Kind::poisson &&
      !(arrival.per_second > 0 && arrival.per_second <= 1e9)) {
    return base::failure("arrival: poisson needs `per_second`, more than 0 and at most 1e9");
  }
  if (arrival.kind == Arrival::Kind::waves && arrival.wave_machines == 0) {
    return base::failure("arrival: waves need `wave_machines`, 1 or more");
  }
  return {};
}

base::Result<void> check_link(const LinkModel& link) {
  const auto is_probability = [](double value) { return value >= 0 && value <= 1; };
  if (!is_probability(link.loss) || !is_probability(link.duplication) ||
      !is_probability(link.reordering) || !is_probability(link.corruption)) {
    return base::failure(
        "link: loss, duplication, reordering and corruption are probabilities, "
        "0 to 1");
  }
  if (link.round_trip < base::Duration::zero() || link.round_trip > std::chrono::seconds{10}) {
    return base::failure("link: a round trip takes 10 s at most");
  }
  return {};
}

}  // namespace

base::Result<void> check_scenario(const Scenario& scenario) {
  if (scenario.groups.empty() || scenario.groups.size() > kGroupsMax) {
    return base::failure("groups: 1 to " + std::to_string(kGroupsMax) + " are possible");
  }
  if (scenario.machines() > kMachinesMax) {
    return base::failure("groups: " + std::to_string(scenario.machines()) + " machines; " +
                         std::to_string(kMachinesMax) + " are the limit");
  }
  std::size_t relays = 0;
  for (const Group& group : scenario.groups) {
    if (auto checked = check_group(scenario, group); !checked) return checked;
    relays += group.relays.size();
  }
  if (relays > kRelaysMax) {
    return base::failure("groups: " + std::to_string(relays) + " relays; " +
                         std::to_string(kRelaysMax) + " are the limit");
  }
  if (auto checked = check_arrival(scenario.arrival); !checked) return checked;
  if (auto checked = check_link(scenario.link); !checked) return checked;
  if (!(scenario.deaths.probability >= 0 && scenario.deaths.probability <= 1)) {
    return base::failure("deaths: the probability is 0 to 1");
  }
  if (scenario.give_up <= base::Duration::zero() || scenario.give_up > kTimeMax) {
    return base::failure("give_up: more than nothing, a week at most");
  }
  if (scenario.verify.bytes == Verification::Bytes::sampled && scenario.verify.sample_every == 0) {
    return base::failure("verify.sample_every: 1 or more");
  }
  if (scenario.verify.bytes == Verification::Bytes::hash && scenario.verify.sums.empty()) {
    return base::failure("verify.sums: hashes need a SHA256SUMS file to be compared with");
  }
  return {};
}

}  // namespace stentor::storm

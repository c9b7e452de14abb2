// SPDX-License-Identifier: BSD-3-Clause
#include "storm/scenario_fit.h"

#include <algorithm>
#include <set>

#include "storm/mac_number.h"
#include "storm/short_text.h"

namespace stentor::storm {
namespace {

using Kind = Stage::Kind;

std::string text_of(std::uint64_t mac) { return std::string(mac_of_number(mac).text().view()); }

// The MAC addresses of a group: one range, or as many as the list has.
struct MacRange {
  std::uint64_t first;
  std::uint64_t last;
  std::size_t group;
};

class Check {
 public:
  explicit Check(const Scenario& scenario) : scenario_(scenario) {}

  std::vector<Misfit> run() {
    if (scenario_.machines() > kMachinesMax) {
      add({}, "groups",
          "all groups together have " + std::to_string(scenario_.machines()) + " machines, and " +
              std::to_string(kMachinesMax) + " is the most a storm has");
    }
    std::set<std::string> names;
    for (group_ = 0; group_ < scenario_.groups.size(); ++group_) {
      const Group& group = scenario_.groups[group_];
      if (!names.insert(group.name).second) {
        add(group_, "name", "another group has this name; reports could not tell them apart");
      }
      check_macs(group);
      check_script(group);
      check_relays(group);
      check_addresses(group);
    }
    check_distinct_macs();
    check_verification();
    return std::move(misfits_);
  }

 private:
  void add(std::optional<std::size_t> group, std::string key, std::string sentence) {
    misfits_.push_back({group, std::move(key), std::move(sentence)});
  }

  void check_macs(const Group& group) {
    if (group.macs.empty()) {
      const std::uint64_t first = mac_number(group.mac_first);
      const std::uint64_t last = first + group.machines - 1;
      // The first byte carries the group bit: a range must not run into it.
      if (group.mac_first.is_group() || last >> 40 != first >> 40) {
        add(group_, "mac",
            "no " + std::to_string(group.machines) +
                " unicast addresses follow one another from here");
        return;
      }
      ranges_.push_back({first, last, group_});
      return;
    }
    if (group.macs.size() < group.machines) {
      add(group_, "mac",
          "the list has " + std::to_string(group.macs.size()) + " addresses for " +
              std::to_string(group.machines) + " machines");
    }
    const std::size_t used = std::min<std::size_t>(group.macs.size(), group.machines);
    for (std::size_t at = 0; at < used; ++at) {
      const std::uint64_t mac = mac_number(group.macs[at]);
      if (group.macs[at].is_group() || mac == 0) {
        add(group_, "mac", text_of(mac) + " is no machine's address");
        return;
      }
      ranges_.push_back({mac, mac, group_});
    }
  }

  // Server and rig tell machines apart by their MAC addresses.
  void check_distinct_macs() {
    std::ranges::sort(ranges_, {}, &MacRange::first);
    for (std::size_t at = 1; at < ranges_.size(); ++at) {
      const MacRange& before = ranges_[at - 1];
      const MacRange& range = ranges_[at];
      if (range.first > before.last) continue;
      const std::size_t later = std::max(before.group, range.group);
      add(later, "mac",
          "two machines would have the address " + text_of(range.first) +
              (before.group == range.group
                   ? std::string()
                   : "; group " + scenario_.groups[std::min(before.group, range.group)].name +
                         " has it too"));
      return;
    }
  }

  void check_script(const Group& group) {
    bool bound = group.addresses.has_value();
    if (group.script.empty()) add(group_, "script", "a script needs at least one stage");
    for (const Stage& stage : group.script) {
      if (group.addresses && asks_dhcp(stage.kind)) {
        add(group_, "script",
            "'" + text_of_stage(stage) +
                "' is DHCP's, and these machines have their addresses without it; leave out one "
                "of them");
        return;
      }
      if (stage.kind == Kind::dora) bound = true;
      if (!bound && stage.kind != Kind::pause) {
        add(group_, "script",
            "'" + text_of_stage(stage) +
                "' needs an address: a dora has to come before it, and no "
                "release in between");
        return;
      }
      if (stage.kind == Kind::release) bound = false;
    }
  }

  static bool asks_dhcp(Kind kind) {
    return kind == Kind::dora || kind == Kind::boot_server || kind == Kind::boot_file ||
           kind == Kind::renew || kind == Kind::release;
  }

  void check_addresses(const Group& group) {
    if (!group.addresses) return;
    if (!scenario_.server) {
      add({}, "server", "machines without DHCP have to know the server's IPv4 address");
    }
    const wire::Ipv4Prefix& first = *group.addresses;
    const std::uint64_t last = std::uint64_t{first.address.host()} + group.machines - 1;
    if (last >= first.last().host()) {
      add(group_, "addresses",
          "the network has no room for " + std::to_string(group.machines) +
              " machines from here on; begin lower, or take a shorter prefix");
    }
  }

  void check_relays(const Group& group) {
    if (!group.relays.empty() && !scenario_.server) {
      add({}, "server", "relays have to know the server's IPv4 address");
    }
    std::set<wire::Ipv4Address> seen;
    for (const RelaySite& relay : group.relays) {
      if (!seen.insert(relay.address).second) {
        add(group_, "relays",
            "the relay " + std::string(relay.address.text().view()) + " stands here twice");
      } else if (scenario_.server == relay.address) {
        add(group_, "relays", "the relay has the server's own address");
      }
    }
  }

  void check_verification() {
    const Verification& verify = scenario_.verify;
    if (verify.bytes == Verification::Bytes::hash && !verify.reference.empty()) {
      add({}, "verify",
          "hashes are compared with the sums alone; leave out the reference folder, "
          "or compare with it by full or sampled");
    }
    if (verify.subnet && verify.router && !verify.subnet->contains(*verify.router)) {
      add({}, "verify",
          "the router that each ACK must name is not in the subnet that it must "
          "give addresses of");
    }
  }

  const Scenario& scenario_;
  std::vector<Misfit> misfits_;
  std::vector<MacRange> ranges_;
  std::size_t group_ = 0;
};

}  // namespace

std::vector<Misfit> find_misfits(const Scenario& scenario) { return Check(scenario).run(); }

}  // namespace stentor::storm

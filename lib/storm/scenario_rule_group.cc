// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <set>
#include <utility>

#include "config/report.h"
#include "storm/scenario_rule.h"
#include "storm/short_text.h"

namespace stentor::storm {
namespace {

using Kind = Stage::Kind;

class GroupCheck {
 public:
  GroupCheck(const Scenario& scenario, std::size_t index, std::vector<Misfit>& misfits)
      : scenario_(scenario), group_(scenario.groups[index]), index_(index), misfits_(misfits) {}

  void check_values() {
    if (group_.machines == 0) {
      add("machines", "it has no machine; 1 to " + std::to_string(kMachinesMax) + " are possible");
    }
    if (group_.vlans.size() > kVlansMax) {
      add("vlans", "at most " + std::to_string(kVlansMax) + " VLANs can be named");
    }
    for (const std::uint16_t vlan : group_.vlans) read_again("vlans", vlan, parse_vlans);
    if (!group_.relays.empty() && group_.vlans.size() > group_.relays.size()) {
      add("vlans", std::to_string(group_.vlans.size()) + " VLANs for " +
                       std::to_string(group_.relays.size()) +
                       " relays: each relay is on one, with its machines, and nobody is on the "
                       "others; leave them out, or add relays");
    }
    if (group_.profiles.empty()) add("profiles", "it has no profile; name one, like edk2");
    for (const std::string& profile : group_.profiles) {
      if (auto parsed = parse_profile(profile); !parsed) add("profiles", parsed.error());
    }
    if (group_.blksize) read_again("blksize", *group_.blksize, parse_blksize);
    if (group_.windowsize) read_again("windowsize", *group_.windowsize, parse_windowsize);
  }

  // What a stage would say that the script does not have.
  void check_unsaid() {
    const bool fetches =
        std::ranges::any_of(group_.script, [](const Stage& stage) { return is_fetch(stage.kind); });
    for (const auto& [key, is_set] : {std::pair("blksize", group_.blksize.has_value()),
                                      std::pair("windowsize", group_.windowsize.has_value())}) {
      if (is_set && !fetches) {
        add(key,
            "no stage of the script asks for a file; leave it out, or add boot-file or file "
            "NAME");
      }
    }
    if (group_.architecture && group_.addresses) {
      add("arch",
          "an architecture is said in DHCP's option 93, and these machines have their addresses "
          "without DHCP; leave out one of them");
    }
  }

  void check_relays() {
    std::set<wire::Ipv4Address> seen;
    for (const RelaySite& relay : group_.relays) {
      const std::string text = text_of_relay(relay);
      if (const auto parsed = parse_relay(text); !parsed) {
        add("relays", config::in_quotes(text) + ": " + parsed.error());
      } else if (!seen.insert(relay.address).second) {
        add("relays",
            "the relay " + std::string(relay.address.text().view()) + " stands here twice");
      } else if (scenario_.server == relay.address) {
        add("relays", "the relay has the server's own address");
      }
    }
  }

  void check_addresses() {
    if (!group_.addresses) return;
    const wire::Ipv4Prefix& first = *group_.addresses;
    const std::string text = text_of_addresses(first);
    if (const auto parsed = parse_addresses(text); !parsed) {
      return add("addresses", config::in_quotes(text) + ": " + parsed.error());
    }
    // RFC 3021: of a network of two addresses, none is its own.
    if (first.length < 31 && first.address == first.network()) {
      return add("addresses", "the first address is the network's own; begin one higher");
    }
    const std::uint64_t behind = std::uint64_t{first.address.host()} + group_.machines;
    if (behind > first.last().host()) {
      return add("addresses", "the network has no room for " + std::to_string(group_.machines) +
                                  " machines from here on; begin lower, or take a shorter prefix");
    }
    check_addresses_apart();
  }

  void check_script() {
    const std::vector<Stage>& script = group_.script;
    if (script.empty()) {
      add("script", "a script needs at least one stage; 1 to " + std::to_string(kStagesMax) +
                        " stages are possible");
    }
    if (script.size() > kStagesMax) {
      add("script", std::to_string(script.size()) + " stages; 1 to " + std::to_string(kStagesMax) +
                        " stages are possible");
    }
    bool bound = group_.addresses.has_value();
    for (std::size_t at = 0; at < script.size(); ++at) {
      const std::string fault = fault_of_stage(script[at], bound);
      if (!fault.empty()) {
        // One is enough: those behind it may only follow from it.
        return add("script", "stage " + std::to_string(at + 1) + ", " +
                                 config::in_quotes(text_of_stage(script[at])) + fault);
      }
      if (script[at].kind == Kind::dora) bound = true;
      if (script[at].kind == Kind::release) bound = false;
    }
  }

 private:
  // A machine has neither the server's address nor that of a machine of another group.
  void check_addresses_apart() {
    const std::uint64_t first = group_.addresses->address.host();
    const std::uint64_t behind = first + group_.machines;
    if (scenario_.server && scenario_.server->host() >= first &&
        scenario_.server->host() < behind) {
      add("addresses", "machine " + std::to_string(scenario_.server->host() - first) +
                           " has the server's own address; begin higher, or elsewhere");
    }
    for (std::size_t at = 0; at < index_; ++at) {
      const Group& other = scenario_.groups[at];
      if (!other.addresses) continue;
      const std::uint64_t other_first = other.addresses->address.host();
      if (first < other_first + other.machines && other_first < behind) {
        add("addresses", "some of them are of group " + other.name + " too; begin elsewhere");
      }
    }
  }

  void add(const char* key, std::string sentence) {
    misfits_.push_back({index_, key, std::move(sentence)});
  }

  // A number that its own short text must allow.
  template <typename Parse>
  void read_again(const char* key, std::uint16_t number, Parse parse) {
    const std::string text = std::to_string(number);
    if (const auto parsed = parse(text); !parsed) {
      add(key, config::in_quotes(text) + ": " + parsed.error());
    }
  }

  [[nodiscard]] std::string fault_of_stage(const Stage& stage, bool bound) const {
    if (const auto parsed = parse_stage(text_of_stage(stage)); !parsed) {
      return ": " + parsed.error();
    }
    if (group_.addresses && asks_dhcp(stage.kind)) {
      return " is DHCP's, and these machines have their addresses without it; leave out one of "
             "them";
    }
    if (!bound && stage.kind != Kind::dora && stage.kind != Kind::pause) {
      return " needs an address: a dora has to come before it, and no release in between";
    }
    return {};
  }

  static bool asks_dhcp(Kind kind) {
    return kind == Kind::dora || kind == Kind::boot_server || kind == Kind::boot_file ||
           kind == Kind::renew || kind == Kind::release;
  }

  const Scenario& scenario_;
  const Group& group_;
  const std::size_t index_;
  std::vector<Misfit>& misfits_;
};

}  // namespace

void check_group(const Scenario& scenario, std::size_t group, std::vector<Misfit>& misfits) {
  GroupCheck check(scenario, group, misfits);
  check.check_values();
  check.check_relays();
  check.check_addresses();
  check.check_unsaid();
  check.check_script();
}

}  // namespace stentor::storm

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Every machine of a scenario, laid out once: who it is, where it stands, what it does, when it is
// switched on, which core runs it. Made by make_plan() (plan_setup.h); immutable afterwards, read
// by every core and by the reports.
//
// Machine numbers run over all groups in their order. Core `number % cores` runs a machine, as its
// machine `number / cores`.

#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client/boot_profile.h"
#include "client/relay.h"
#include "storm/name_template.h"
#include "storm/reference.h"
#include "storm/scenario.h"

namespace stentor::storm {

inline constexpr std::uint32_t kNoMachine = UINT32_MAX;
inline constexpr std::uint16_t kNoRelay = UINT16_MAX;
inline constexpr std::uint8_t kNoStage = UINT8_MAX;

struct StagePlan {
  Stage::Kind kind = Stage::Kind::dora;
  std::string name;                      // of the file, or its template; empty for the others
  std::optional<NameTemplate> own_name;  // each machine's own; none: `name` is everybody's
  base::Duration pause{};
  // The profile of this stage; nullptr: the machine's own.
  const client::BootProfile* profile = nullptr;
};

struct RelayPlan {
  wire::Ipv4Address address;
  wire::MacAddress mac;
  std::uint16_t vlan = 0;
  client::AgentOption option;
};

struct GroupPlan {
  std::string name;
  std::uint32_t first = 0;  // machine number
  std::uint32_t machines = 0;
  std::uint64_t mac_first = 0;  // as a number; of groups without a list
  std::vector<wire::MacAddress> macs;
  std::vector<std::uint16_t> vlans;
  std::vector<std::uint16_t> relays;  // indexes of Plan::relays()
  std::vector<const client::BootProfile*> profiles;
  std::vector<StagePlan> stages;
  std::size_t first_stage = 0;                // of all groups' stages, in one row
  std::optional<wire::Ipv4Prefix> addresses;  // of machines without DHCP: the first of them
  bool uses_named_file = false;               // what the last ACK named
};

// One machine, computed from its number.
struct MachinePlan {
  std::uint32_t number = 0;
  std::uint8_t group = 0;
  std::uint16_t vlan = 0;           // 0: untagged
  std::uint16_t relay = kNoRelay;   // index of Plan::relays()
  std::uint8_t dies_in = kNoStage;  // the stage that it does not live through
  wire::MacAddress mac;
  const client::BootProfile* profile = nullptr;
  base::Duration power_on{};
};

class Plan {
 public:
  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  [[nodiscard]] std::uint32_t machines() const { return machines_; }
  [[nodiscard]] std::size_t cores() const { return cores_; }
  [[nodiscard]] std::span<const GroupPlan> groups() const { return groups_; }
  [[nodiscard]] std::span<const RelayPlan> relays() const { return relays_; }
  [[nodiscard]] std::size_t stages() const { return stages_; }  // of all groups
  [[nodiscard]] const Reference& reference() const { return *reference_; }
  [[nodiscard]] const StreamHasher& hasher() const { return hasher_; }

  // Of a name that is a machine's own; 0: no stage has one.
  [[nodiscard]] std::size_t own_name_bytes_max() const { return own_name_bytes_max_; }

  [[nodiscard]] MachinePlan machine(std::uint32_t number) const;
  [[nodiscard]] std::size_t core_of(std::uint32_t number) const {
    return cores_ == 1 ? 0 : number % cores_;
  }
  [[nodiscard]] std::uint32_t local_of(std::uint32_t number) const {
    return cores_ == 1 ? number : static_cast<std::uint32_t>(number / cores_);
  }
  [[nodiscard]] std::uint32_t machines_of(std::size_t core) const {
    return static_cast<std::uint32_t>((machines_ + cores_ - 1 - core) / cores_);
  }
  [[nodiscard]] base::Duration power_on(std::uint32_t number) const { return arrivals_[number]; }

  // kNoMachine: none has this MAC. `mac` is its six bytes as a number.
  [[nodiscard]] std::uint32_t find_machine(std::uint64_t mac) const {
    for (const Range& range : ranges_) {
      const std::uint64_t index = mac - range.mac_first;
      if (index < range.machines) return range.first + static_cast<std::uint32_t>(index);
    }
    return listed_.empty() ? kNoMachine : find_listed(mac);
  }
  // kNoRelay: none.
  [[nodiscard]] std::uint16_t find_relay(std::uint64_t mac) const {
    const std::uint64_t index = mac - relay_mac_first_;
    return index < relays_.size() ? static_cast<std::uint16_t>(index) : kNoRelay;
  }
  [[nodiscard]] std::uint16_t find_relay(wire::Ipv4Address address, std::uint16_t vlan) const;

 private:
  friend class PlanMaker;

  struct Range {
    std::uint64_t mac_first;
    std::uint64_t machines;
    std::uint32_t first;
  };
  struct Listed {
    std::uint64_t mac = 0;  // 0: free
    std::uint32_t number = kNoMachine;
  };

  [[nodiscard]] std::uint32_t find_listed(std::uint64_t mac) const;
  [[nodiscard]] static std::size_t slot_of(std::uint64_t mac, std::size_t slots);

  Scenario scenario_;
  std::uint32_t machines_ = 0;
  std::size_t cores_ = 1;
  std::size_t stages_ = 0;
  std::size_t own_name_bytes_max_ = 0;
  std::vector<GroupPlan> groups_;
  std::vector<RelayPlan> relays_;
  std::uint64_t relay_mac_first_ = 0;
  std::vector<Range> ranges_;   // groups whose MACs follow one another
  std::vector<Listed> listed_;  // the others', hashed; a power of two, at most half full
  std::vector<base::Duration> arrivals_;
  std::unique_ptr<const Reference> reference_;
  StreamHasher hasher_;
  // Profiles as groups use them, at addresses that stay.
  std::deque<client::BootProfile> profiles_;
  std::deque<client::DhcpTemplates> templates_;
  std::deque<std::string> vendor_classes_;
};

}  // namespace stentor::storm

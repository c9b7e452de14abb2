// SPDX-License-Identifier: BSD-3-Clause
#include "storm/plan_setup.h"

#include <algorithm>
#include <bit>

#include "storm/arrival.h"
#include "storm/scenario_fit.h"

namespace stentor::storm {

// Fills a Plan step by step; the first step that fails says why.
class PlanMaker {
 public:
  PlanMaker(const Scenario& scenario, PlanOptions options)
      : scenario_(scenario), options_(std::move(options)) {}

  base::Result<std::unique_ptr<const Plan>> make() {
    if (const auto misfits = find_misfits(scenario_); !misfits.empty()) {
      return base::failure(text_of(misfits.front(), scenario_));
    }
    if (options_.cores == 0 || options_.cores > kCoresMax) {
      return base::failure("cores: " + std::to_string(options_.cores) + "; 1 to " +
                           std::to_string(kCoresMax) + " are possible");
    }
    plan_->scenario_ = scenario_;
    plan_->cores_ = options_.cores;
    plan_->machines_ = static_cast<std::uint32_t>(scenario_.machines());
    plan_->hasher_ = options_.hasher;
    plan_->relay_mac_first_ = relay_mac_first();
    for (const Group& group : scenario_.groups) add_group(group);
    index_macs();
    if (auto apart = check_relay_macs(); !apart) return tl::unexpected(apart.error());
    if (auto opened = open_reference(); !opened) return tl::unexpected(opened.error());
    plan_->arrivals_ = make_arrivals(scenario_.arrival, plan_->machines_, scenario_.seed);
    return std::unique_ptr<const Plan>(std::move(plan_));
  }

 private:
  // Locally administered, unicast; the port's last three bytes, then the relay's number.
  [[nodiscard]] std::uint64_t relay_mac_first() const {
    const auto& port = options_.port_mac.bytes;
    return wire::MacAddress{{0x06, port[3], port[4], port[5], 0, 0}}.number();
  }

  void add_group(const Group& group) {
    GroupPlan made;
    made.name = group.name;
    made.first =
        plan_->groups_.empty() ? 0 : plan_->groups_.back().first + plan_->groups_.back().machines;
    made.machines = group.machines;
    made.mac_first = group.mac_first.number();
    made.macs = group.macs;
    made.vlans = group.vlans;
    made.addresses = group.addresses;
    for (std::size_t i = 0; i < group.relays.size(); ++i)
      made.relays.push_back(add_relay(group, i));
    for (const std::string& name : group.profiles) {
      made.profiles.push_back(add_profile(name, group));
    }
    const client::BootProfile* profile = nullptr;
    for (const Stage& stage : group.script) {
      if (const std::string_view name = profile_name_of(stage); !name.empty()) {
        profile = add_profile(name, group);
      }
      StagePlan& planned = made.stages.emplace_back();
      planned.kind = stage.kind;
      planned.pause = stage.pause;
      planned.profile = profile;
      set_name(planned, stage);
      made.uses_named_file |= uses_named_file(stage.kind);
    }
    made.first_stage = plan_->stages_;
    plan_->stages_ += made.stages.size();
    plan_->groups_.push_back(std::move(made));
  }

  // Who asks for PXELINUX's configuration is PXELINUX, unless the scenario says otherwise.
  static std::string_view profile_name_of(const Stage& stage) {
    const bool is_implied = stage.profile.empty() && stage.kind == Stage::Kind::pxelinux_config;
    return is_implied ? client::kPxelinux.name : std::string_view(stage.profile);
  }

  // PXELINUX looks beside the file that it was loaded from.
  static bool uses_named_file(Stage::Kind kind) {
    return kind == Stage::Kind::boot_file || kind == Stage::Kind::pxelinux_config;
  }

  // find_misfits() has seen to it that the name can be parsed.
  void set_name(StagePlan& planned, const Stage& stage) {
    std::size_t& bytes_max = plan_->own_name_bytes_max_;
    if (stage.kind == Stage::Kind::pxelinux_config) bytes_max = kNameBytesMax;
    NameTemplate name = NameTemplate::parse(stage.name).value();
    planned.name = name.is_fixed() ? name.tail() : stage.name;
    if (name.is_fixed()) return;
    bytes_max = std::max(bytes_max, name.bytes_max());
    planned.own_name = std::move(name);
  }

  // A relay is on the VLAN of its place in the group's list, as its machines are.
  std::uint16_t add_relay(const Group& group, std::size_t index) {
    const RelaySite& site = group.relays[index];
    const std::size_t number = plan_->relays_.size();
    plan_->relays_.push_back(
        {.address = site.address,
         .mac = wire::MacAddress::of_number(plan_->relay_mac_first_ + number),
         .vlan = group.vlans.empty() ? std::uint16_t{0} : group.vlans[index % group.vlans.size()],
         .option = *client::make_agent_option(site.circuit_id)});
    return static_cast<std::uint16_t>(number);
  }

  // The profile of this name, with what the group has in place of it.
  const client::BootProfile* add_profile(std::string_view name, const Group& group) {
    const auto* known = std::ranges::find(client::kBootProfiles, name, &client::BootProfile::name);
    client::BootProfile& profile = plan_->profiles_.emplace_back(*known);
    if (group.architecture) {
      profile.dhcp.architecture = *group.architecture;
      profile.dhcp.vendor_class = plan_->vendor_classes_.emplace_back(
          vendor_class_of(profile.dhcp.vendor_class, *group.architecture));
    }
    if (group.blksize) profile.tftp.blksize = *group.blksize;
    // RFC 7440: a window of one block is what there is without the option.
    if (group.windowsize) profile.tftp.windowsize = *group.windowsize == 1 ? 0 : *group.windowsize;
    plan_->templates_.emplace_back(profile.dhcp);
    profile.dhcp.templates = &plan_->templates_.back();
    return &profile;
  }

  // PXE 2.1 section 2.2.3: the class identifier names the architecture too, in five digits.
  static std::string vendor_class_of(std::string_view text, std::uint16_t architecture) {
    constexpr std::string_view kBefore = "PXEClient:Arch:";
    if (!text.starts_with(kBefore)) return std::string(text);
    std::string digits = std::to_string(architecture);
    digits.insert(0, 5 - digits.size(), '0');
    return std::string(kBefore) + digits + std::string(text.substr(kBefore.size() + 5));
  }

  // Each address is of one machine: find_misfits() has seen to it.
  void index_macs() {
    std::size_t listed = 0;
    for (const GroupPlan& group : plan_->groups_) {
      if (group.macs.empty()) {
        plan_->ranges_.push_back({group.mac_first, group.machines, group.first});
      } else {
        listed += group.machines;
      }
    }
    if (listed != 0) plan_->listed_.resize(std::bit_ceil(2 * listed));
    for (const GroupPlan& group : plan_->groups_) {
      for (std::uint32_t i = 0; i < group.macs.size() && i < group.machines; ++i) {
        insert(group.macs[i].number(), group.first + i);
      }
    }
  }

  void insert(std::uint64_t mac, std::uint32_t number) {
    const std::size_t slots = plan_->listed_.size();
    std::size_t at = Plan::slot_of(mac, slots);
    while (plan_->listed_[at].mac != 0) at = (at + 1) & (slots - 1);
    plan_->listed_[at] = {mac, number};
  }

  // No rule of the scenario: where relays' addresses begin, the port says.
  base::Result<void> check_relay_macs() {
    for (const RelayPlan& relay : plan_->relays_) {
      const std::uint32_t number = plan_->find_machine(relay.mac.number());
      if (number == kNoMachine) continue;
      const auto owner = std::ranges::find_if(plan_->groups_, [number](const GroupPlan& group) {
        return number - group.first < group.machines;
      });
      return base::failure("group " + owner->name +
                           ": mac: the machines' addresses reach those of "
                           "the relays, which are " +
                           std::to_string(plan_->relays_.size()) + " from " +
                           std::string(plan_->relays_.front().mac.text().view()) +
                           " on; choose others");
    }
    return {};
  }

  base::Result<void> open_reference() {
    const Verification& verify = scenario_.verify;
    if (verify.bytes == Verification::Bytes::hash && options_.hasher.state_bytes == 0) {
      return base::failure("verify.bytes: this program was built without a hasher for sums");
    }
    if (options_.reference != nullptr) {
      plan_->reference_ = std::move(options_.reference);
    } else {
      auto opened = Reference::open(verify.reference, verify.sums);
      if (!opened) return tl::unexpected(opened.error());
      plan_->reference_ = *std::move(opened);
    }
    return check_names();
  }

  // What the script asks for by name must be there to compare with.
  base::Result<void> check_names() {
    const Verification& verify = scenario_.verify;
    const bool by_sum = verify.bytes == Verification::Bytes::hash;
    if (plan_->reference_->files() == 0 && !by_sum && verify.reference.empty()) return {};
    for (const GroupPlan& group : plan_->groups_) {
      for (const StagePlan& stage : group.stages) {
        if (stage.kind != Stage::Kind::file || stage.own_name) continue;
        const ReferenceFile* file = plan_->reference_->find(stage.name);
        if (file == nullptr || (by_sum && !file->sum)) {
          return base::failure("group " + group.name + ": the script asks for \"" + stage.name +
                               "\", which is not in " + (by_sum ? verify.sums : verify.reference) +
                               "; add it there, or correct the name");
        }
      }
    }
    return {};
  }

  const Scenario& scenario_;
  PlanOptions options_;
  std::unique_ptr<Plan> plan_ = std::make_unique<Plan>();
};

base::Result<std::unique_ptr<const Plan>> make_plan(const Scenario& scenario, PlanOptions options) {
  return PlanMaker(scenario, std::move(options)).make();
}

}  // namespace stentor::storm

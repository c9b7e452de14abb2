// SPDX-License-Identifier: BSD-3-Clause
#include "dpdk/bond.h"

#include <algorithm>
#include <array>
#include <rte_eth_bond.h>
#include <rte_eth_bond_8023ad.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <thread>
#include <utility>

#include "config/limit.h"
#include "dpdk/interface.h"
#include "dpdk/queue_gate.h"

namespace stentor::dpdk {

namespace {

// IEEE 802.1AX-2020 section 6.4.4: the short timeout. The driver wants its other one to be less.
constexpr std::uint32_t kTimeoutMs = 3000;
constexpr std::uint32_t kOtherTimeoutMs = kTimeoutMs - 100;
// The driver looks at its members' links each 10 ms.
constexpr std::chrono::milliseconds kLinkLook{15};
constexpr int kLooksMax = 7;

// An LACPDU (IEEE 802.1AX-2020 section 6.4.2.3): where its EtherType, its subtype, and the states
// of actor and partner are.
constexpr std::size_t kPduBytes = 124;
constexpr std::size_t kEtherType = 12;
constexpr std::size_t kSubtype = 14;
constexpr std::size_t kActorState = 32;
constexpr std::size_t kPartnerState = 52;
constexpr std::uint8_t kShortTimeout = 0x02;

std::uint8_t* lacpdu_in(rte_mbuf* frame) {
  if (frame->data_len < kPduBytes) return nullptr;
  auto* const bytes = rte_pktmbuf_mtod(frame, std::uint8_t*);
  const bool is_lacp =
      bytes[kEtherType] == 0x88 && bytes[kEtherType + 1] == 0x09 && bytes[kSubtype] == 1;
  return is_lacp ? bytes : nullptr;
}

std::uint16_t ask_for_fast_rate(std::uint16_t /*port*/, std::uint16_t /*queue*/, rte_mbuf** frames,
                                std::uint16_t count, void* /*unused*/) {
  for (std::uint16_t i = 0; i < count; ++i) {
    if (std::uint8_t* const pdu = lacpdu_in(frames[i])) pdu[kActorState] |= kShortTimeout;
  }
  return count;
}

// The driver does not know what it is made to say: told that its partner heard otherwise, it would
// answer each LACPDU with another.
std::uint16_t hide_fast_rate(std::uint16_t /*port*/, std::uint16_t /*queue*/, rte_mbuf** frames,
                             std::uint16_t count, std::uint16_t /*most*/, void* /*unused*/) {
  for (std::uint16_t i = 0; i < count; ++i) {
    if (std::uint8_t* const pdu = lacpdu_in(frames[i])) {
      pdu[kPartnerState] &= static_cast<std::uint8_t>(~kShortTimeout);
    }
  }
  return count;
}

base::Result<void> step(int code, const char* what) {
  if (code >= 0) return {};
  return base::failure(std::string(what) + " failed: " + dpdk_reason(code) + ".");
}

base::Result<void> prepare_lacp(std::uint16_t bond) {
  if (auto done = step(rte_eth_bond_xmit_policy_set(bond, BALANCE_XMIT_POLICY_LAYER34),
                       "Spreading frames over the bond");
      !done) {
    return done;
  }
  rte_eth_bond_8023ad_conf conf{};
  if (auto done = step(rte_eth_bond_8023ad_conf_get(bond, &conf), "Reading the bond"); !done) {
    return done;
  }
  conf.long_timeout_ms = kTimeoutMs;
  conf.short_timeout_ms = kOtherTimeoutMs;
  conf.slowrx_cb = nullptr;
  return step(rte_eth_bond_8023ad_setup(bond, &conf), "Setting up LACP");
}

bool is_distributing(std::uint16_t bond, std::uint16_t member) {
  struct rte_eth_bond_8023ad_slave_info info {};  // a function has this name too
  return rte_eth_bond_8023ad_slave_info(bond, member, &info) == 0 &&
         (info.actor_state & STATE_DISTRIBUTING) != 0;
}

}  // namespace

base::Result<std::unique_ptr<Device>> Bond::make_device(const config::DeviceSpec& spec) {
  static unsigned bonds_made = 0;
  return Device::make_bond(
      "net_bonding" + std::to_string(bonds_made++),
      spec.mode == config::BondMode::lacp ? BONDING_MODE_8023AD : BONDING_MODE_ACTIVE_BACKUP);
}

base::Result<std::unique_ptr<Bond>> Bond::make(const config::DeviceSpec& spec,
                                               std::vector<std::unique_ptr<Device>>&& members,
                                               const Device& device) {
  const std::uint16_t id = device.id();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const int code = rte_eth_bond_slave_add(id, members[i]->id());
    if (code != 0) {
      return base::failure("The device `" + spec.members[i].text +
                           "` cannot be a bond's: " + dpdk_reason(code) + ".");
    }
  }
  if (spec.mode == config::BondMode::lacp) {
    if (auto done = prepare_lacp(id); !done) return tl::unexpected(done.error());
  }
  return std::unique_ptr<Bond>(new Bond(spec, std::move(members), id));
}

Bond::Bond(config::DeviceSpec spec, std::vector<std::unique_ptr<Device>> members, std::uint16_t id)
    : spec_(std::move(spec)),
      members_(std::move(members)),
      id_(id),
      has_carrier_(members_.size(), true),
      is_stopped_(members_.size()) {
  for (const config::DeviceSpec& member : spec_.members) {
    const Profile* const profile =
        member.kind == config::DeviceKind::vdev ? find_profile_by_vdev(member.name) : nullptr;
    const bool is_interface = profile != nullptr && profile->name == "af_packet";
    interfaces_.emplace_back(is_interface ? member.argument("iface") : "");
  }
}

Profile Bond::in_common(Profile profile) const {
  for (const auto& member : members_) {
    rte_eth_dev_info info{};
    const Profile* own = rte_eth_dev_info_get(member->id(), &info) == 0
                             ? find_profile_by_driver(info.driver_name)
                             : nullptr;
    if (own == nullptr) continue;
    profile.segments &= own->segments;
    profile.partial_checksums |= own->partial_checksums;
    profile.port_masks &= own->port_masks;
    profile.rx_descriptors = std::min(profile.rx_descriptors, own->rx_descriptors);
    profile.tx_descriptors = std::min(profile.tx_descriptors, own->tx_descriptors);
  }
  return profile;
}

base::Result<void> Bond::hasten(std::uint16_t queues) {
  for (const auto& member : members_) {
    for (std::uint16_t queue = 0; queue < queues; ++queue) {
      const bool done =
          rte_eth_add_tx_callback(member->id(), queue, ask_for_fast_rate, nullptr) != nullptr &&
          rte_eth_add_rx_callback(member->id(), queue, hide_fast_rate, nullptr) != nullptr;
      if (!done) return base::failure("LACP cannot be given its fast rate: no memory.");
    }
  }
  return {};
}

// The last one stays: a bond of none polls what is stopped.
void Bond::watch_carriers() {
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (!interfaces_[i].empty()) has_carrier_[i] = interface_running(interfaces_[i]);
  }
  if (std::ranges::find(has_carrier_, true) == has_carrier_.end()) return;
  for (const bool starts : {true, false}) {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (has_carrier_[i] == starts && is_stopped_[i] == starts) turn(i, starts);
    }
  }
}

void Bond::turn(std::size_t member, bool starts) {
  const std::uint16_t id = members_[member]->id();
  const ShutGates shut;
  const int code = starts ? rte_eth_dev_start(id) : rte_eth_dev_stop(id);
  // Of one that does not start another look is taken.
  is_stopped_[member] = !starts || code != 0;
  // The bond must have noticed before it is polled again.
  for (int looks = 0; looks < kLooksMax; ++looks) {
    std::this_thread::sleep_for(kLinkLook);
    const auto now = active();
    if (starts || std::ranges::find(now, id) == now.end()) return;
  }
}

bool Bond::has_link(std::size_t member) const {
  if (!interfaces_[member].empty()) return has_carrier_[member];
  rte_eth_link link{};
  return rte_eth_link_get_nowait(members_[member]->id(), &link) == 0 &&
         link.link_status == RTE_ETH_LINK_UP;
}

// Of an active-backup bond those that could carry frames, too.
std::vector<std::uint16_t> Bond::active() const {
  std::array<std::uint16_t, config::kBondMembersMax> ids;
  const int count = rte_eth_bond_active_slaves_get(id_, ids.data(), ids.size());
  return {ids.begin(), ids.begin() + std::max(count, 0)};
}

std::vector<std::string> Bond::in_use() const {
  const std::vector<std::uint16_t> some = active();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const std::uint16_t member = members_[i]->id();
    if (std::ranges::find(some, member) == some.end() || !has_link(i)) continue;
    const bool is_it =
        is_lacp() ? is_distributing(id_, member) : rte_eth_bond_primary_get(id_) == member;
    if (is_it) names.push_back(spec_.members[i].text);
  }
  return names;
}

}  // namespace stentor::dpdk

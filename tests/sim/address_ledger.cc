// SPDX-License-Identifier: BSD-3-Clause
#include "sim/address_ledger.h"

#include <algorithm>

namespace stentor::sim {

namespace {

constexpr std::uint8_t kOffer = 2;
constexpr std::uint8_t kAck = 5;
constexpr std::uint8_t kNak = 6;

}  // namespace

void AddressLedger::note_reply(ByteView message, base::Time now) {
  const auto reply = support::read_dhcp_reply({message.begin(), message.end()});
  if (!reply) {
    faults_.emplace_back("a DHCP reply that cannot be read");
    return;
  }
  const auto type = reply->find(53);
  const std::uint8_t kind = type && type->size() == 1 ? type->front() : std::uint8_t{0};
  // htype, hlen and as much of chaddr as hlen says: what stands behind it means nothing.
  const std::size_t hlen = std::min<std::size_t>(message[2], 16);
  const std::string owner =
      mac_text(message.subspan(1, 2)) + ' ' + mac_text(message.subspan(28, hlen));
  if (kind == kNak) {
    ++naks_;
    take_back(owner);
  }
  const std::uint32_t address = reply->number_at(16, 4);
  if ((kind != kOffer && kind != kAck) || address == 0) return;

  const auto held = holds_.find(address);
  const bool is_held = held != holds_.end() && held->second.until > now;
  if (is_held && held->second.owner != owner) {
    faults_.push_back(support::address_text(address) + " is given to " + owner + " while " +
                      held->second.owner + " has it");
  }
  const auto own = owners_.find(owner);
  if (own != owners_.end() && own->second != address) {
    const auto other = holds_.find(own->second);
    const bool has_other =
        other != holds_.end() && other->second.owner == owner && other->second.until > now;
    if (has_other && !take_back(owner)) {
      faults_.push_back(owner + " is given " + support::address_text(address) + " while it has " +
                        support::address_text(own->second));
    }
  }
  const bool was_bound = is_held && held->second.owner == owner && held->second.is_bound;
  owners_[owner] = address;
  if (kind == kOffer) {
    if (!was_bound) holds_[address] = {owner, now + offer_hold_, false};
    return;
  }
  const auto seconds = reply->find(51);
  std::uint32_t lease = 0;
  for (const std::uint8_t byte : seconds.value_or(ByteVector{})) lease = lease << 8 | byte;
  holds_[address] = {owner, now + std::chrono::seconds{lease}, true};
}

void AddressLedger::note_reload(const std::function<bool(std::uint32_t)>& is_given) {
  for (auto& [address, hold] : holds_) hold.is_taken_back |= !is_given(address);
}

// True: a reload has taken the owner's address back, and now the server has.
bool AddressLedger::take_back(const std::string& owner) {
  const auto own = owners_.find(owner);
  if (own == owners_.end()) return false;
  const auto hold = holds_.find(own->second);
  if (hold == holds_.end() || hold->second.owner != owner || !hold->second.is_taken_back)
    return false;
  holds_.erase(hold);
  return true;
}

void AddressLedger::drop(std::uint32_t address) { holds_.erase(address); }

std::size_t AddressLedger::bound(base::Time now) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      holds_, [now](const auto& hold) { return hold.second.is_bound && hold.second.until > now; }));
}

}  // namespace stentor::sim

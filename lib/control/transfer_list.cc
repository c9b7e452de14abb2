// SPDX-License-Identifier: BSD-3-Clause
#include "control/transfer_list.h"

#include <algorithm>
#include <charconv>

#include "control/transfer_rate.h"

namespace stentor::control {

using sighting::Seen;
using sighting::Sighting;

std::string TransferKey::text() const {
  return std::string(address.text().view()) + ":" + std::to_string(port);
}

std::optional<TransferKey> TransferKey::parse(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto address = wire::Ipv4Address::parse(text.substr(0, colon));
  const std::string_view digits = text.substr(colon + 1);
  const char* const end = digits.data() + digits.size();
  TransferKey key;
  const auto [stop, error] = std::from_chars(digits.data(), end, key.port);
  if (!address || digits.empty() || error != std::errc{} || stop != end) return std::nullopt;
  key.address = *address;
  return key;
}

std::uint64_t RunningTransfer::rate() const { return bytes_a_second(bytes, heard - began); }

void TransferList::take(std::span<const Sighting> seen, base::Time now) {
  const std::lock_guard held(lock_);
  for (const Sighting& each : seen) {
    const Seen kind = each.glimpse.seen;
    if (kind < Seen::begun || kind == Seen::denied) continue;
    const TransferKey key{each.glimpse.address, each.port};
    if (kind == Seen::begun) {
      entries_[key] = {.transfer = {.mac = each.glimpse.mac,
                                    .network = each.glimpse.network,
                                    .file = std::string(each.file()),
                                    .began = each.at,
                                    .heard = each.at,
                                    .file_bytes = each.file_bytes},
                       .told = now};
      continue;
    }
    const auto found = entries_.find(key);
    if (found == entries_.end()) continue;
    if (kind != Seen::progressed) {
      entries_.erase(found);
      continue;
    }
    RunningTransfer& transfer = found->second.transfer;
    transfer.heard = std::max(transfer.heard, each.at);
    transfer.bytes = each.bytes;
    transfer.resent = each.resent;
    found->second.told = now;
  }
}

void TransferList::forget_untold(base::Time now) {
  if (now - forgot_ < kUntoldMax / 8) return;
  forgot_ = now;
  const std::lock_guard held(lock_);
  std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.told > kUntoldMax; });
}

std::vector<TransferList::Row> TransferList::rows(const std::optional<TransferKey>& after,
                                                  const std::optional<wire::Ipv4Address>& address,
                                                  std::size_t count) const {
  std::vector<Row> rows;
  const std::lock_guard held(lock_);
  auto entry = entries_.begin();
  if (address) entry = entries_.lower_bound({*address, 0});
  if (after && (!address || *after >= TransferKey{*address, 0})) {
    entry = entries_.upper_bound(*after);
  }
  for (; entry != entries_.end() && rows.size() < count; ++entry) {
    if (address && entry->first.address != *address) break;
    rows.emplace_back(entry->first, entry->second.transfer);
  }
  return rows;
}

}  // namespace stentor::control

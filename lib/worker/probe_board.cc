// SPDX-License-Identifier: BSD-3-Clause
#include "worker/probe_board.h"

#include <algorithm>
#include <bit>

namespace stentor::worker {

namespace {

constexpr std::uint64_t kPresent = std::uint64_t{1} << 63;
constexpr unsigned kMacBits = wire::MacAddress::kBits;
constexpr std::uint64_t kMacMask = (std::uint64_t{1} << kMacBits) - 1;

// Network 0 at 0.0.0.0 is not 0 either.
std::uint64_t probe_of(dhcp::NetworkIndex network, wire::Ipv4Address address) {
  return kPresent | std::uint64_t{network} << 32 | address.host();
}

// An answer says whom it is about: between its look and its word the cell may have gone to another
// probe.
std::uint64_t answer_of(std::uint64_t probe, std::uint64_t mac) {
  return kPresent | (probe & 0x7fff) << kMacBits | mac;
}

}  // namespace

ProbeBoard::ProbeBoard(std::size_t probes, std::size_t networks, const base::HashKey& key)
    : key_(key),
      buckets_(std::bit_ceil(probes * 2 / kWays + 1)),
      cells_(buckets_ * kWays),
      watches_(networks) {}

std::size_t ProbeBoard::bucket_of(std::uint64_t probe) const {
  std::array<std::uint8_t, sizeof probe> bytes;
  base::store_big_endian(bytes.data(), probe);
  return base::siphash64(key_, bytes) & (buckets_ - 1);
}

ProbeBoard::Cell* ProbeBoard::find(std::uint64_t probe) {
  Cell* const bucket = &cells_[bucket_of(probe) * kWays];
  for (std::size_t way = 0; way < kWays; ++way) {
    if (bucket[way].probe.load() == probe) return &bucket[way];
  }
  return nullptr;
}

// Two workers that open one address in the same moment may both be told yes: each then closes a
// cell of its own, and the answer is heard in one of them.
ProbeBoard::Opened ProbeBoard::open(dhcp::NetworkIndex network, wire::Ipv4Address address) {
  const std::uint64_t probe = probe_of(network, address);
  if (find(probe) != nullptr) return Opened::by_another;
  Cell* const bucket = &cells_[bucket_of(probe) * kWays];
  for (std::size_t way = 0; way < kWays; ++way) {
    std::uint64_t expected = 0;
    // The answer in a free cell is 0, which close() leaves, or about another probe.
    if (bucket[way].probe.compare_exchange_strong(expected, probe)) return Opened::yes;
  }
  return Opened::full;
}

bool ProbeBoard::answer(dhcp::NetworkIndex network, wire::Ipv4Address address,
                        const wire::MacAddress& mac) {
  const std::uint64_t probe = probe_of(network, address);
  Cell* const cell = find(probe);
  if (cell == nullptr) return false;
  cell->answer.store(answer_of(probe, mac.number()));
  return true;
}

std::optional<wire::MacAddress> ProbeBoard::close(dhcp::NetworkIndex network,
                                                  wire::Ipv4Address address) {
  const std::uint64_t probe = probe_of(network, address);
  Cell* const cell = find(probe);
  if (cell == nullptr) return std::nullopt;
  const std::uint64_t answer = cell->answer.exchange(0);
  cell->probe.store(0);
  const std::uint64_t mac = answer & kMacMask;
  if (answer != answer_of(probe, mac)) return std::nullopt;
  return wire::MacAddress::of_number(mac);
}

std::optional<ProbeBoard::Pardoned> ProbeBoard::note_conflict(dhcp::NetworkIndex network,
                                                              wire::Ipv4Address address,
                                                              const wire::MacAddress& mac) {
  if (network >= watches_.size() || mac.is_zero()) return std::nullopt;
  Watch& watch = watches_[network];
  const std::uint64_t number = mac.number();
  std::uint64_t suspect = watch.suspect.load();
  for (;;) {
    const std::uint64_t answers = suspect >> kMacBits;
    if (answers >= kProxyArpAnswers) return std::nullopt;  // it is known already
    const bool is_same = (suspect & kMacMask) == number;
    const auto is_known = [&](const std::atomic<std::uint32_t>& known) {
      return known.load() == address.host();
    };
    if (is_same &&
        std::any_of(watch.addresses.begin(), watch.addresses.begin() + answers, is_known)) {
      return std::nullopt;  // of one and the same address it may speak as often as it likes
    }
    const std::uint64_t next = is_same ? answers + 1 : 1;
    if (!watch.suspect.compare_exchange_weak(suspect, next << kMacBits | number)) continue;
    if (next < kProxyArpAnswers) {
      watch.addresses[next - 1].store(address.host());
      return std::nullopt;
    }
    Pardoned pardoned;
    for (std::size_t i = 0; i < pardoned.size(); ++i) {
      pardoned[i] = wire::Ipv4Address{watch.addresses[i].load()};
    }
    return pardoned;
  }
}

std::optional<wire::MacAddress> ProbeBoard::proxy_of(dhcp::NetworkIndex network) const {
  if (network >= watches_.size()) return std::nullopt;
  const std::uint64_t suspect = watches_[network].suspect.load();
  if (suspect >> kMacBits < kProxyArpAnswers) return std::nullopt;
  return wire::MacAddress::of_number(suspect);
}

bool ProbeBoard::is_suspended(dhcp::NetworkIndex network) const {
  return proxy_of(network).has_value();
}

}  // namespace stentor::worker

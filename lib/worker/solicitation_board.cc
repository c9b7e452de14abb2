// SPDX-License-Identifier: BSD-3-Clause
#include "worker/solicitation_board.h"

#include <algorithm>
#include <bit>

#include "wire/flow_hash.h"

namespace stentor::worker {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::uint64_t name_of(dhcp::NetworkIndex network, const wire::MacAddress& mac) {
  return std::uint64_t{network} << wire::MacAddress::kBits | mac.number();
}

// Two times in a word: the last DHCP message that was answered, and the last solicitation. In
// milliseconds modulo 2^32, which is 49 days: who is silent for so long may be taken for somebody
// who has just spoken, which takes more than chance for both. 0: never.
struct Times {
  std::uint32_t firmware = 0;
  std::uint32_t solicited = 0;

  static Times of(std::uint64_t word) {
    return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
  }
  [[nodiscard]] std::uint64_t word() const { return std::uint64_t{firmware} << 32 | solicited; }
};

std::uint32_t milliseconds_of(base::Time now) {
  const auto count =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return static_cast<std::uint32_t>(count) | 1;  // never 0
}

// Another worker's clock may have been read a moment later: that is no time.
base::Duration between(std::uint32_t earlier, std::uint32_t later) {
  constexpr std::uint32_t kMoment = 1'000;
  return std::chrono::milliseconds{earlier - later < kMoment ? 0 : later - earlier};
}

}  // namespace

SolicitationBoard::SolicitationBoard(std::size_t networks, std::uint64_t key, std::size_t machines)
    : key_(key), machines_(std::bit_ceil(machines)), links_(networks) {}

// Who floods us with machines makes others wait for their own time-outs.
SolicitationBoard::Machine* SolicitationBoard::bucket_of(std::uint64_t name) {
  const std::size_t buckets = machines_.size() / kWays;
  return &machines_[(wire::mixed(key_, name) & (buckets - 1)) * kWays];
}

void SolicitationBoard::note_machine(dhcp::NetworkIndex network, const wire::MacAddress& mac,
                                     base::Time now) {
  links_[network].noted_in_vain.fetch_add(1, kRelaxed);
  const std::uint64_t name = name_of(network, mac);
  const std::uint32_t at = milliseconds_of(now);
  Machine* const bucket = bucket_of(name);
  Machine* oldest = bucket;
  base::Duration oldest_age{-1};
  for (std::size_t way = 0; way < kWays; ++way) {
    Machine& machine = bucket[way];
    const std::uint64_t found = machine.name.load(kRelaxed);
    const Times times = Times::of(machine.times.load(kRelaxed));
    if (found == name) {
      machine.times.store(Times{at, times.solicited}.word(), kRelaxed);
      return;
    }
    const base::Duration age = found == 0 ? base::Duration::max() : between(times.firmware, at);
    if (age > oldest_age) {
      oldest = &machine;
      oldest_age = age;
    }
  }
  oldest->name.store(name, kRelaxed);
  oldest->times.store(Times{at, 0}.word(), kRelaxed);
}

void SolicitationBoard::note_router(dhcp::NetworkIndex network, base::Duration lifetime,
                                    base::Time now) {
  links_[network].router_until.store(now + std::max(lifetime, kRouterSilence), kRelaxed);
}

SolicitationBoard::Answer SolicitationBoard::solicit(dhcp::NetworkIndex network,
                                                     const wire::MacAddress& mac, base::Time now) {
  Link& link = links_[network];
  link.noted_in_vain.store(0, kRelaxed);
  if (now < link.router_until.load(kRelaxed)) return Answer::has_router;
  const std::uint64_t name = name_of(network, mac);
  Machine* const bucket = bucket_of(name);
  Machine* const machine = std::find_if(bucket, bucket + kWays, [&](const Machine& each) {
    return each.name.load(kRelaxed) == name;
  });
  if (machine == bucket + kWays) return Answer::not_firmware;

  const Times times = Times::of(machine->times.load(kRelaxed));
  const std::uint32_t at = milliseconds_of(now);
  const bool is_first = times.solicited == 0 || between(times.solicited, at) >= kSeries;
  // A series that begins long after its firmware has spoken is somebody else's.
  const bool is_firmware =
      times.firmware != 0 && (!is_first || between(times.firmware, at) < kSeries);
  machine->times.store(Times{is_firmware ? times.firmware : 0, at}.word(), kRelaxed);
  if (!is_firmware) return Answer::not_firmware;
  if (is_first || between(times.solicited, at) < kRouterDelay) return Answer::wait;
  return Answer::tell;
}

}  // namespace stentor::worker

// SPDX-License-Identifier: BSD-3-Clause
// Does DHCP stay as fast when the table is large? DORA by the clients of N leases, drawn at random
// over all of them, so that a large table misses the caches as it would in truth, mixed with
// clients that were never seen before; and by clients that each have a reservation, of N.
#include <algorithm>
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "dhcp_rig.h"

namespace stentor::perf {
namespace {

constexpr std::uint32_t kStranger = 0x80000000;  // their numbers begin here
constexpr std::uint32_t kDorasAStranger = 8;     // one of so many is by one, the others by known

// N leases, and beside them what strangers take and give back: the table stays as full as it was
// made however long it is measured, and is hardly larger than its leases are many.
class Site {
 public:
  explicit Site(std::uint32_t leases)
      : leases_(leases), strangers_(strangers_of(leases)), rig_(settings(leases)) {
    for (std::uint32_t client = 0; client < leases; ++client) CHECK(rig_.dora(client) != 0);
    for (std::uint32_t i = 0; i < strangers_.size(); ++i) come(i);
  }

  // One DORA. A stranger's comes with the RELEASE of the one that has been here longest.
  void serve() {
    if (++served_ % kDorasAStranger != 0) {
      benchmark::DoNotOptimize(rig_.dora(static_cast<std::uint32_t>(random_.below(leases_))));
      return;
    }
    const std::size_t longest = come_ % strangers_.size();
    rig_.release(strangers_[longest].number, strangers_[longest].address);
    come(longest);
  }

  [[nodiscard]] std::uint32_t leases() const { return leases_; }
  [[nodiscard]] double bytes_an_address() const {
    return static_cast<double>(rig_.table_bytes()) / static_cast<double>(rig_.plan().slots());
  }

 private:
  struct Stranger {
    std::uint32_t number = 0;
    std::uint32_t address = 0;
  };

  // At most so many that 16 million leases and they fit 10.0.0.0/8.
  static std::uint32_t strangers_of(std::uint32_t leases) {
    return std::clamp<std::uint32_t>(leases / 16, 32, 1U << 18);
  }
  // Twice as many addresses as strangers: who comes gets one that was given back a while ago.
  static config::Settings settings(std::uint32_t leases) {
    return dhcp_settings(leases + 2 * strangers_of(leases));
  }

  void come(std::size_t place) {
    const std::uint32_t number = kStranger + come_++ % kStranger;
    strangers_[place] = {number, rig_.dora(number)};
  }

  const std::uint32_t leases_;
  std::vector<Stranger> strangers_;  // a circle: who is here
  DhcpRig rig_;
  base::Random random_{1};
  std::uint64_t served_ = 0;
  std::uint32_t come_ = 0;
};

std::unique_ptr<Site> site;

// Kept from one trial of a size to the next: to make the largest takes longer than to measure it.
void make_leases(const benchmark::State& state) {
  const auto leases = static_cast<std::uint32_t>(state.range(0));
  if (site != nullptr && site->leases() == leases) return;
  site.reset();
  site = std::make_unique<Site>(leases);
}

void dora_beside_leases(benchmark::State& state) {
  for (auto _ : state) site->serve();
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes_per_address"] = site->bytes_an_address();
}
BENCHMARK(dora_beside_leases)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Arg(10'000'000)
    ->Arg(16'000'000)
    ->Setup(make_leases);

std::unique_ptr<DhcpRig> rig;

void drop_rig(const benchmark::State&) { rig.reset(); }

void make_reservations(const benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  config::Settings settings = dhcp_settings(1);
  std::vector<config::Reservation>& reservations = settings.dhcp.subnets[0].reservations;
  reservations.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    wire::MacAddress mac{{kMacFirstByte}};
    base::store_big_endian(mac.bytes.data() + 2, i);
    reservations[i].host.macs = {config::pattern_of(mac)};
    reservations[i].address = wire::Ipv4Address{kFirstAddress + 1 + i};
  }
  rig = std::make_unique<DhcpRig>(settings);
}

void dora_by_reservation(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t n = 0;
  for (auto _ : state) {
    const auto client = static_cast<std::uint32_t>(n++ * 2'654'435'761 % count);
    CHECK(rig->dora(client) == kFirstAddress + 1 + client);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(dora_by_reservation)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Setup(make_reservations)
    ->Teardown(drop_rig);

}  // namespace
}  // namespace stentor::perf

// SPDX-License-Identifier: BSD-3-Clause
#include "storm/arrival.h"

#include <cmath>

#include "base/random.h"

namespace stentor::storm {
namespace {

// A Poisson process: the gaps between two arrivals are exponential.
std::vector<base::Duration> poisson(double per_second, std::uint64_t machines, std::uint64_t seed) {
  base::Random random(seed);
  std::vector<base::Duration> times(machines);
  double seconds = 0;
  for (base::Duration& time : times) {
    // In (0, 1], so that the logarithm is finite.
    const double uniform = static_cast<double>((random.next() >> 11) + 1) * 0x1.0p-53;
    seconds -= std::log(uniform) / per_second;
    time = std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
  }
  return times;
}

}  // namespace

std::vector<base::Duration> make_arrivals(const Arrival& arrival, std::uint64_t machines,
                                          std::uint64_t seed) {
  if (arrival.kind == Arrival::Kind::poisson) return poisson(arrival.per_second, machines, seed);
  std::vector<base::Duration> times(machines, base::Duration::zero());
  for (std::uint64_t number = 0; number < machines; ++number) {
    if (arrival.kind == Arrival::Kind::ramp) {
      // The first at once, the last one gap before the end. In doubles: the product of an hour in
      // ns and a million machines leaves 64 bits.
      const double share = static_cast<double>(number) / static_cast<double>(machines);
      times[number] = base::Duration{
          static_cast<base::Duration::rep>(share * static_cast<double>(arrival.over.count()))};
    } else if (arrival.kind == Arrival::Kind::waves) {
      times[number] = arrival.over * static_cast<std::int64_t>(number / arrival.wave_machines);
    }
  }
  return times;
}

}  // namespace stentor::storm

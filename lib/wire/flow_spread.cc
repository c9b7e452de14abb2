// SPDX-License-Identifier: BSD-3-Clause
#include "wire/flow_spread.h"

#include <bit>
#include <concepts>
#include <limits>
#include <span>
#include <utility>

#include "base/check.h"

namespace stentor::wire {

namespace {

// `windows`: of the bits of `value`, the highest first.
template <std::unsigned_integral Number>
std::uint32_t sum_of(std::span<const std::uint32_t> windows, Number value) {
  constexpr Number kHighest = Number{1} << (std::numeric_limits<Number>::digits - 1);
  std::uint32_t sum = 0;
  while (value != 0) {
    const auto bit = static_cast<unsigned>(std::countl_zero(value));
    sum ^= windows[bit];
    value = static_cast<Number>(value & ~(kHighest >> bit));
  }
  return sum;
}

}  // namespace

FlowSpread::FlowSpread(base::Bytes key, std::vector<std::uint16_t> queues)
    : queues_(std::move(queues)) {
  CHECK(key.size() >= kKeyBytesMin && !queues_.empty());
  for (std::size_t bit = 0; bit < kInputBits; ++bit) {
    // The 40 bits that have it in their first byte.
    std::uint64_t around = 0;
    for (std::size_t i = 0; i < 5; ++i) around = around << 8 | key[bit / 8 + i];
    windows_[bit] = static_cast<std::uint32_t>(around >> (8 - bit % 8));
  }
}

std::uint32_t FlowSpread::hash_of(Ipv4Address source, Ipv4Address destination,
                                  std::uint16_t source_port) const {
  const std::span<const std::uint32_t> windows(windows_);
  return sum_of(windows, source.host()) ^ sum_of(windows.subspan(32), destination.host()) ^
         sum_of(windows.subspan(64), source_port);
}

std::uint32_t FlowSpread::hash_of(std::uint32_t rest, std::uint16_t destination_port) const {
  return rest ^ sum_of(std::span<const std::uint32_t>(windows_).subspan(80), destination_port);
}

}  // namespace stentor::wire

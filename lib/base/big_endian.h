// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Integers as the network writes them. `BigEndian<T>` is a type of its own, of alignment 1, that
// never becomes a host integer silently: a forgotten conversion does not compile.

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

namespace stentor::base {

template <std::unsigned_integral T>
constexpr T byte_swapped(T value) {
  if constexpr (sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}

template <std::unsigned_integral T>
T load_big_endian(const std::uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return std::endian::native == std::endian::little ? byte_swapped(value) : value;
}

template <std::unsigned_integral T>
void store_big_endian(std::uint8_t* at, T host) {
  const T value = std::endian::native == std::endian::little ? byte_swapped(host) : host;
  std::memcpy(at, &value, sizeof value);
}

template <std::unsigned_integral T>
class BigEndian {
 public:
  BigEndian() = default;
  explicit BigEndian(T host) { store_big_endian(bytes_.data(), host); }

  [[nodiscard]] T host() const { return load_big_endian<T>(bytes_.data()); }
  friend bool operator==(const BigEndian&, const BigEndian&) = default;

 private:
  std::array<std::uint8_t, sizeof(T)> bytes_{};
};

using Be16 = BigEndian<std::uint16_t>;
using Be32 = BigEndian<std::uint32_t>;
using Be64 = BigEndian<std::uint64_t>;
static_assert(sizeof(Be16) == 2 && sizeof(Be32) == 4 && sizeof(Be64) == 8 && alignof(Be64) == 1);

}  // namespace stentor::base

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Bounded views over raw bytes, and the two cursors that every codec is built from.
//
// Neither cursor ever touches a byte outside its span: a read or write that does not fit makes the
// cursor fail, all later ones do nothing, and the caller asks `ok()` once at the end.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/big_endian.h"

namespace stentor::base {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  // A big-endian integer; 0 once the cursor has failed.
  template <std::unsigned_integral T>
  T read() {
    const Bytes field = take(sizeof(T));
    return field.empty() ? T{0} : load_big_endian<T>(field.data());
  }

  // The next `count` bytes; empty once the cursor has failed.
  Bytes take(std::size_t count) {
    if (count > rest_.size()) {
      failed_ = true;
      rest_ = {};
      return {};
    }
    const Bytes field = rest_.first(count);
    rest_ = rest_.subspan(count);
    return field;
  }

  [[nodiscard]] Bytes rest() const { return rest_; }
  [[nodiscard]] bool ok() const { return !failed_; }

 private:
  Bytes rest_;
  bool failed_ = false;
};

class Writer {
 public:
  explicit Writer(MutableBytes bytes) : bytes_(bytes) {}

  template <std::unsigned_integral T>
  void write(T host) {
    if (std::uint8_t* at = claim(sizeof(T))) store_big_endian(at, host);
  }

  void write(Bytes source) {
    if (std::uint8_t* at = claim(source.size())) std::copy(source.begin(), source.end(), at);
  }

  void fill(std::size_t count, std::uint8_t value) {
    if (std::uint8_t* at = claim(count)) std::fill_n(at, count, value);
  }

  // Bytes written so far.
  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::size_t room() const { return failed_ ? 0 : bytes_.size() - used_; }
  [[nodiscard]] bool ok() const { return !failed_; }

 private:
  std::uint8_t* claim(std::size_t count) {
    if (failed_ || count > bytes_.size() - used_) {
      failed_ = true;
      return nullptr;
    }
    std::uint8_t* at = bytes_.data() + used_;
    used_ += count;
    return at;
  }

  MutableBytes bytes_;
  std::size_t used_ = 0;
  bool failed_ = false;
};

}  // namespace stentor::base

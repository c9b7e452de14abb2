// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What is wrong with the machine or with what the operator asked: one full sentence that says what,
// where and what to do. Cold code only; wire data fails with wire::DropReason instead.

#include <array>
#include <cstring>
#include <string>
#include <tl/expected.hpp>

namespace stentor::base {

struct Error {
  std::string sentence;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string sentence) {
  return tl::unexpected<Error>(Error{std::move(sentence)});
}

// What the system says of an error number (errno). Any thread, which strerror() does not promise:
// helper threads load images.
inline std::string system_reason(int error) {
  std::array<char, 128> buffer{};
  return ::strerror_r(error, buffer.data(), buffer.size());
}

}  // namespace stentor::base

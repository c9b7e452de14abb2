// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// CHECK(condition): our own invariants, on in every build. Never on wire data: what a peer sends is
// not an invariant of ours.

namespace stentor::base {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace stentor::base

#define CHECK(condition)                             \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::stentor::base::check_failed(#condition, __FILE__, __LINE__))

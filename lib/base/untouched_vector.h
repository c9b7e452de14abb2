// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A vector whose memory is not written when it is made, so that the kernel gives pages for it only
// as they are first used. Its elements are indeterminate until then: for plain bytes.

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace stentor::base {

template <typename T>
struct UntouchedAllocator : std::allocator<T> {
  static_assert(std::is_trivially_default_constructible_v<T>);
  template <typename U>
  struct rebind {  // NOLINT(readability-identifier-naming): the name that allocators have
    using other = UntouchedAllocator<U>;  // NOLINT(readability-identifier-naming): likewise
  };
  // A trivial type lives as soon as its memory is there.
  template <typename U>
  void construct(U* /*at*/) noexcept {}
};

template <typename T>
using UntouchedVector = std::vector<T, UntouchedAllocator<T>>;

}  // namespace stentor::base

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// SHA-256 of bytes that come piece by piece, in a state of fixed size that the caller owns: for
// whoever sums many streams at once and may not allocate. By libcrypto. Threads: any, one a state.

#include <array>
#include <cstddef>

#include "base/bytes.h"
#include "digest/sha256.h"

namespace stentor::digest {

class Sha256Stream {
 public:
  static constexpr std::size_t kStateBytes = 112;

  // An object of this class lies in kStateBytes bytes, aligned to 8; it needs no destruction.
  Sha256Stream();

  void add(base::Bytes bytes);
  // The sum of all; the stream is to be made anew afterwards.
  Sha256 finish();

 private:
  alignas(8) std::array<std::byte, kStateBytes> state_;
};
static_assert(sizeof(Sha256Stream) == Sha256Stream::kStateBytes);

}  // namespace stentor::digest

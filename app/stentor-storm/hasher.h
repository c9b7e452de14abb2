// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// lib/digest's SHA-256 as the storm asks for it.

#include <memory>
#include <type_traits>

#include "digest/sha256_stream.h"
#include "storm/hasher.h"

namespace stentor::rig {

inline storm::StreamHasher stream_hasher() {
  using Stream = digest::Sha256Stream;
  static_assert(alignof(Stream) <= 8 && std::is_trivially_destructible_v<Stream>);
  return {.state_bytes = sizeof(Stream),
          .begin = [](void* state) { std::construct_at(static_cast<Stream*>(state)); },
          .add = [](void* state, base::Bytes bytes) { static_cast<Stream*>(state)->add(bytes); },
          .finish = [](void* state) { return static_cast<Stream*>(state)->finish(); }};
}

}  // namespace stentor::rig

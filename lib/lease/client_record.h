// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The facts about one client, whole or not at all, and whose they are. Private to lib/lease.
//
// A sequence lock that nobody waits at: a writer that meets another gives up, a reader that meets
// one looks again a few times and gives up. All bytes zero: nobody's.
//
// Invariants:
//  R1. Who swapped `sequence` from even to odd is alone in writing the other words, until it stores
//      the next even number.
//  R2. A reader that has seen the same even number before and after has words of one write: had it
//      read a word of a later one, that store's release would have brought the odd number along.

#include <atomic>
#include <cstdint>

#include "base/siphash.h"
#include "lease/client_facts.h"

namespace stentor::lease {

// Whose facts: an owner's hash, or another key of 128 bits. Never zero.
using ClientKey = base::Hash128;

struct alignas(64) ClientRecord {
  // All fields: read and written by any worker.
  std::atomic<std::uint64_t> sequence;  // odd while it is written
  std::atomic<std::uint64_t> key_low;
  std::atomic<std::uint64_t> key_high;
  std::atomic<std::uint64_t> classes;
  std::atomic<std::uint64_t> mac;     // 48 bits, and kHasMac, kHasSerial
  std::atomic<std::uint64_t> serial;  // and in the upper half class_list
  std::atomic<std::uint64_t> boot_directory;
  std::atomic<std::uint64_t> written;  // nanoseconds of the last write
};
static_assert(sizeof(ClientRecord) == 64, "one cache line a client");

}  // namespace stentor::lease

// SPDX-License-Identifier: BSD-3-Clause
#include "support/allocation_trap.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// Atomic: loader tests allocate on several threads.
std::atomic<std::uint64_t> count{0};
std::atomic<std::uint64_t> sum{0};

}  // namespace

// Not inlined: GCC would take free() for the wrong partner of the library's operator new.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++count;
  sum += bytes;
  void* memory = std::malloc(bytes);
  if (memory == nullptr) std::abort();
  return memory;
}
// The library's own would take other memory than the delete below gives back.
[[gnu::noinline]] void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  ++count;
  sum += bytes;
  return std::malloc(bytes);
}
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment) {
  ++count;
  sum += bytes;
  void* memory = std::aligned_alloc(static_cast<std::size_t>(alignment), bytes);
  if (memory == nullptr) std::abort();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace stentor::support {

std::uint64_t allocations() { return count; }
std::uint64_t allocated_bytes() { return sum; }

}  // namespace stentor::support

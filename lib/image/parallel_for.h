// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The loader's helper threads: they live for one loop and take no signals, which stay with the
// thread that waits for them.

#include <cstddef>
#include <functional>

namespace stentor::image {

// Calls work(0) .. work(count - 1), each once, from the caller and up to `threads` - 1 helpers, and
// returns when all are done. `threads` 0: one a core, kLoadThreadsMax at most. With fewer threads
// to be had it takes longer.
void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& work);

// More helpers than this wait for memory, not for cores.
inline constexpr unsigned kLoadThreadsMax = 16;

}  // namespace stentor::image

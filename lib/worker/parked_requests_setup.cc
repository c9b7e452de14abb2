// SPDX-License-Identifier: BSD-3-Clause
#include <bit>
#include <numeric>

#include "worker/parked_requests.h"

namespace stentor::worker {

ParkedRequests::ParkedRequests(base::Time now, std::uint32_t capacity)
    : entries_(capacity),
      frames_(capacity),
      free_(capacity),
      cells_(std::bit_ceil(std::size_t{capacity} * 2), kNone),
      wheel_(capacity, now) {
  std::iota(free_.begin(), free_.end(), 0);
}

}  // namespace stentor::worker

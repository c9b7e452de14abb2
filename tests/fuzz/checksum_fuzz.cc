// SPDX-License-Identifier: BSD-3-Clause
// Goal: the fast sum is the obvious sum, wherever in memory the bytes lie.
//
// Input: one byte of alignment, then the bytes to sum.
#include <algorithm>
#include <vector>

#include "base/check.h"
#include "support/frame_builder.h"
#include "wire/checksum.h"

using stentor::base::Bytes;
using stentor::wire::folded;
using stentor::wire::sum_of;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t shift = data[0] % 64;
  std::vector<std::uint8_t> moved(shift);
  moved.insert(moved.end(), data + 1, data + size);
  moved.shrink_to_fit();
  const Bytes run = Bytes{moved}.subspan(shift);
  CHECK(sum_of(run) == stentor::support::obvious_sum(run));
  // Even-length runs add up to the whole.
  const std::size_t cut = run.size() / 2 & ~std::size_t{1};
  CHECK(folded(sum_of(run.first(cut)) + sum_of(run.subspan(cut))) == folded(sum_of(run)));
  return 0;
}

// SPDX-License-Identifier: BSD-3-Clause
#include "image/out_of_memory.h"

#include <algorithm>
#include <vector>

namespace stentor::image {

namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

// Takes ever smaller blocks until nothing is left, and gives all of them back.
std::uint64_t obtainable_bytes(Memory& memory, std::uint64_t bytes_max) {
  constexpr std::size_t kBlocksMax = 4096;
  std::vector<base::MutableBytes> blocks;
  std::uint64_t sum = 0;
  for (std::uint64_t size = bytes_max; size >= kMebibyte / 16 && blocks.size() < kBlocksMax;) {
    const base::MutableBytes block = memory.allocate(size);
    if (block.empty()) {
      size /= 2;
      continue;
    }
    blocks.push_back(block);
    sum += block.size();
    size = std::min(size, bytes_max - std::min(bytes_max, sum));
  }
  for (const base::MutableBytes block : blocks) memory.release(block);
  return sum;
}

}  // namespace

tl::unexpected<base::Error> out_of_memory(const std::string& root, std::uint64_t needed_bytes,
                                          std::uint64_t held_bytes, Memory& memory) {
  const std::uint64_t rest = needed_bytes - std::min(needed_bytes, held_bytes);
  const std::uint64_t there = held_bytes + obtainable_bytes(memory, rest);
  const std::uint64_t needed_mebibytes = needed_bytes / kMebibyte + 1;
  return base::failure("The images under '" + root + "' need " + std::to_string(needed_mebibytes) +
                       " MiB of " + memory.kind() + ", and there are " +
                       std::to_string(there / kMebibyte) + " MiB: " + memory.remedy() + ".");
}

}  // namespace stentor::image

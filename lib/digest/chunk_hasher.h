// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// SHA-256 of every 32 KiB chunk of a file, many chunks at once in the lanes of the vector unit, by
// Intel IPsec-MB's multi-buffer jobs.
//
// A job of that library ends at 64 KiB, and its lanes fill only with equal work: hence chunks, half
// as long as a job may be. The library finds out what the CPU has.
//
// Threads: one ChunkHasher belongs to one thread.

#include <memory>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "digest/sha256.h"

struct IMB_MGR;

namespace stentor::digest {

inline constexpr std::size_t kChunkBytes = std::size_t{32} << 10;

constexpr std::size_t chunk_count(std::size_t bytes) {
  return bytes / kChunkBytes + (bytes % kChunkBytes == 0 ? 0 : 1);
}

class ChunkHasher {
 public:
  ChunkHasher();

  // One hash a chunk; the last chunk may be short; none for no bytes. `hashes` has
  // chunk_count(bytes.size()) entries.
  void hash(base::Bytes bytes, std::span<Sha256> hashes);
  std::vector<Sha256> hash(base::Bytes bytes);

 private:
  struct Free {
    void operator()(IMB_MGR* lanes) const;
  };
  std::unique_ptr<IMB_MGR, Free> lanes_;
};

// The SHA-256 of the hashes one after the other: one value that stands for the whole list.
Sha256 list_hash(std::span<const Sha256> hashes);

}  // namespace stentor::digest

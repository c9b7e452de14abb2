// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The chunk manifest: the SHA-256 of each 32 KiB chunk of each file, so that a verifier can hash
// many chunks at once and name the bytes that differ. `stentorctl images manifest` writes it.
//
// Text, one item a line, '\n' at each end; hashes are 64 hexadecimal digits:
//
//   stentor-manifest 1 sha256 32768
//   file SIZE LISTHASH PATH         SIZE in bytes, decimal; PATH beneath the root, to the line's
//   end CHUNKHASH                       ceil(SIZE / 32768) of them, in order
//   ...                             further files
//   end COUNT                       how many files there were: a torn manifest is not a short one
//
// LISTHASH is the SHA-256 of the chunk hashes (32 bytes each) one after the other: one value that
// stands for the file, and a check of the manifest itself. Paths are as in the catalogue, which has
// none with a control character.

#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "digest/chunk_hasher.h"
#include "image/verifier.h"

namespace stentor::digest {

inline constexpr std::string_view kChunkManifestMark = "stentor-manifest ";

base::Result<std::unique_ptr<const image::Verifier>> read_chunk_manifest(std::string_view text);

class ChunkManifestWriter {
 public:
  ChunkManifestWriter();
  void add(std::string_view path, base::Bytes bytes);
  // The whole text; once.
  std::string finish();

 private:
  ChunkHasher hasher_;
  std::string text_;
  std::size_t files_ = 0;
};

}  // namespace stentor::digest

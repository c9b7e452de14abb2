// SPDX-License-Identifier: BSD-3-Clause
#include "digest/manifest.h"

#include "digest/chunk_manifest.h"
#include "digest/sha256sums.h"

namespace stentor::digest {

base::Result<std::unique_ptr<const image::Verifier>> read_manifest(std::string_view text) {
  auto verifier =
      text.starts_with(kChunkManifestMark) ? read_chunk_manifest(text) : read_sha256sums(text);
  if (verifier && (*verifier)->paths().empty()) return base::failure("it lists no file.");
  return verifier;
}

}  // namespace stentor::digest

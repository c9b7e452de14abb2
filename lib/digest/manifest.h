// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A manifest says which bytes each image must have. Two formats are read, told apart by the first
// line: chunk manifests ("digest/chunk_manifest.h") and SHA256SUMS ("digest/sha256sums.h").
//
// Control thread; the verifiers it makes work on any thread.

#include <memory>
#include <string_view>

#include "base/error.h"
#include "image/verifier.h"

namespace stentor::digest {

// The verifier that `text` describes, or what is wrong with it: line and what was expected. This is
// an image::ReadManifest.
base::Result<std::unique_ptr<const image::Verifier>> read_manifest(std::string_view text);

}  // namespace stentor::digest

// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whole SHA-256 by libcrypto, whose single-buffer code uses the CPU's SHA instructions: what a
// SHA256SUMS file holds. Threads: any.

#include "base/bytes.h"
#include "digest/sha256.h"

namespace stentor::digest {

Sha256 sha256_of(base::Bytes bytes);

}  // namespace stentor::digest

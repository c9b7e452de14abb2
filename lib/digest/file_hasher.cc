// SPDX-License-Identifier: BSD-3-Clause
#include "digest/file_hasher.h"

#include <openssl/evp.h>

#include "base/check.h"

namespace stentor::digest {

Sha256 sha256_of(base::Bytes bytes) {
  Sha256 hash;
  unsigned length = 0;
  // Fails only without memory or without the algorithm: a libcrypto that lacks SHA-256 is not ours.
  CHECK(EVP_Digest(bytes.data(), bytes.size(), hash.data(), &length, EVP_sha256(), nullptr) == 1);
  CHECK(length == hash.size());
  return hash;
}

}  // namespace stentor::digest

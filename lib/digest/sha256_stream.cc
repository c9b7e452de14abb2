// SPDX-License-Identifier: BSD-3-Clause
// The EVP interface allocates a context for each stream; the plain one, deprecated for its lack of
// providers, does not, and a million streams cannot wait for malloc.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "digest/sha256_stream.h"

#include <openssl/sha.h>

#include "base/check.h"

namespace stentor::digest {

static_assert(sizeof(SHA256_CTX) <= Sha256Stream::kStateBytes && alignof(SHA256_CTX) <= 8);

namespace {

SHA256_CTX* context(void* state) { return static_cast<SHA256_CTX*>(state); }

}  // namespace

Sha256Stream::Sha256Stream() { CHECK(SHA256_Init(context(state_.data())) == 1); }

void Sha256Stream::add(base::Bytes bytes) {
  CHECK(SHA256_Update(context(state_.data()), bytes.data(), bytes.size()) == 1);
}

Sha256 Sha256Stream::finish() {
  Sha256 sum;
  CHECK(SHA256_Final(sum.data(), context(state_.data())) == 1);
  return sum;
}

}  // namespace stentor::digest

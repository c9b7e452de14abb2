// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whether what somebody shows is a secret that we know. How long that takes tells nothing of where
// the two differ, nor of how long the secret is: what is compared are HMACs of both under a key of
// this process's own, which nobody outside can choose or learn.
//
// Threads: any number at once.

#include <string_view>

#include "base/hmac_key.h"
#include "digest/hmac_sha1.h"

namespace stentor::digest {

class SecretMatch {
 public:
  SecretMatch();

  // What is longer than HmacSha1::kTextBytesMax is never right; a secret must not be.
  [[nodiscard]] bool operator()(std::string_view shown, std::string_view secret) const;

 private:
  [[nodiscard]] Sha1 mac_of(std::string_view text) const;

  const HmacSha1 hmac_;
  const base::HmacKey key_;
};

}  // namespace stentor::digest

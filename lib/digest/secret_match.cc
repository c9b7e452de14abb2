// SPDX-License-Identifier: BSD-3-Clause
#include "digest/secret_match.h"

#include <array>
#include <cstring>
#include <openssl/crypto.h>

#include "base/check.h"
#include "base/random.h"

namespace stentor::digest {

namespace {

base::HmacKey random_hmac_key() {
  const auto words = base::random_key();
  std::array<std::uint8_t, sizeof words> bytes;
  std::memcpy(bytes.data(), words.data(), bytes.size());
  return base::HmacKey::of(bytes);
}

}  // namespace

SecretMatch::SecretMatch() : key_(random_hmac_key()) {}

bool SecretMatch::operator()(std::string_view shown, std::string_view secret) const {
  CHECK(secret.size() <= HmacSha1::kTextBytesMax);
  if (shown.size() > HmacSha1::kTextBytesMax) return false;
  const Sha1 of_shown = mac_of(shown);
  const Sha1 of_secret = mac_of(secret);
  return CRYPTO_memcmp(of_shown.data(), of_secret.data(), of_shown.size()) == 0;
}

Sha1 SecretMatch::mac_of(std::string_view text) const {
  const std::array<base::Bytes, 1> parts{base::as_bytes(text)};
  return hmac_.of(key_, parts);
}

}  // namespace stentor::digest

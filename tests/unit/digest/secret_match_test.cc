// SPDX-License-Identifier: BSD-3-Clause
// Goal: a secret is known again, and nothing else is taken for it.
#include "digest/secret_match.h"

#include <gtest/gtest.h>
#include <string>

namespace stentor::digest {
namespace {

TEST(SecretMatchTest, KnowsTheSecret) {
  const SecretMatch matches;
  for (const std::size_t size : {1u, 32u, 64u, 65u, 2048u}) {
    const std::string secret(size, 's');
    EXPECT_TRUE(matches(secret, secret)) << size;
  }
}

TEST(SecretMatchTest, TakesNothingElse) {
  const SecretMatch matches;
  const std::string secret = "0123456789abcdef0123456789abcdef";
  EXPECT_FALSE(matches("", secret));
  for (std::size_t i = 0; i < secret.size(); ++i) {
    EXPECT_FALSE(matches(secret.substr(0, i), secret)) << i;
    std::string other = secret;
    other[i] ^= 1;
    EXPECT_FALSE(matches(other, secret)) << i;
  }
  EXPECT_FALSE(matches(secret + "0", secret));
  EXPECT_FALSE(matches(secret + std::string(1, '\0'), secret));
}

TEST(SecretMatchTest, TakesAnyLengthThatIsShown) {
  const SecretMatch matches;
  const std::string secret(HmacSha1::kTextBytesMax, 's');
  EXPECT_FALSE(matches(secret + "s", secret));
  EXPECT_FALSE(matches(std::string(1 << 20, 's'), secret));
}

}  // namespace
}  // namespace stentor::digest

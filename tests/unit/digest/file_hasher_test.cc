// SPDX-License-Identifier: BSD-3-Clause
// Goal: the whole-file hash is SHA-256, by the example values that NIST publishes for FIPS 180-4.
#include "digest/file_hasher.h"

#include <gtest/gtest.h>

namespace stentor::digest {
namespace {

std::string hash_of(std::string_view text) { return hex_of(sha256_of(base::as_bytes(text))); }

TEST(FileHasher, MatchesThePublishedVectors) {
  EXPECT_EQ(hash_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hash_of(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace stentor::digest

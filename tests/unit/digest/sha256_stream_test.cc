// SPDX-License-Identifier: BSD-3-Clause
// Goal: bytes in pieces of any size sum as the same bytes at once.
#include "digest/sha256_stream.h"

#include <gtest/gtest.h>
#include <new>
#include <vector>

#include "digest/file_hasher.h"

namespace stentor::digest {
namespace {

TEST(Sha256StreamTest, PiecesOfAnySizeSumAsTheWhole) {
  // Goal: around the 64-byte blocks of FIPS 180-4 too.
  const std::vector<std::uint8_t> bytes(5000, 0x5a);
  for (const std::size_t piece : {1u, 63u, 64u, 65u, 1456u, 5000u}) {
    Sha256Stream stream;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      stream.add(base::Bytes(bytes).subspan(at, std::min(piece, bytes.size() - at)));
    }
    EXPECT_EQ(hex_of(stream.finish()), hex_of(sha256_of(bytes))) << piece;
  }
}

TEST(Sha256StreamTest, NothingSumsAsTheStandardSays) {
  // Goal: FIPS 180-4's sum of the empty message; a state that is made anew forgets.
  Sha256Stream stream;
  stream.add(std::vector<std::uint8_t>{1, 2, 3});
  new (&stream) Sha256Stream;
  EXPECT_EQ(hex_of(stream.finish()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace stentor::digest

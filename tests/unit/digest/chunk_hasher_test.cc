// SPDX-License-Identifier: BSD-3-Clause
// Goal: the multi-buffer hashes are SHA-256 of each chunk, whatever shares the lanes: the published
// vectors, and libcrypto's answer for every shape of file.
#include "digest/chunk_hasher.h"

#include <gtest/gtest.h>
#include <thread>

#include "digest/file_hasher.h"
#include "made_up_bytes.h"

namespace stentor::digest {
namespace {

void expect_as_libcrypto(ChunkHasher& hasher, base::Bytes bytes) {
  const std::vector<Sha256> hashes = hasher.hash(bytes);
  ASSERT_EQ(hashes.size(), chunk_count(bytes.size()));
  for (const Sha256& hash : hashes) {
    const base::Bytes chunk = bytes.first(std::min(kChunkBytes, bytes.size()));
    bytes = bytes.subspan(chunk.size());
    ASSERT_EQ(hex_of(hash), hex_of(sha256_of(chunk)));
  }
  EXPECT_TRUE(bytes.empty());
}

TEST(ChunkHasher, MatchesThePublishedVectors) {
  ChunkHasher hasher;
  const auto hash_of = [&](std::string_view text) {
    return hex_of(hasher.hash(base::as_bytes(text)).at(0));
  };
  EXPECT_EQ(hash_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(ChunkHasher, AgreesWithLibcryptoForEveryShapeOfFile) {
  ChunkHasher hasher;
  const std::vector<std::uint8_t> bytes = made_up_bytes(40 * kChunkBytes);
  for (const std::size_t chunks : {0u, 1u, 2u, 7u, 8u, 9u, 15u, 16u, 17u, 33u})
    for (const std::size_t more :
         {std::size_t{0}, std::size_t{1}, std::size_t{55}, std::size_t{64}, kChunkBytes - 1})
      expect_as_libcrypto(hasher, base::Bytes(bytes).first(chunks * kChunkBytes + more));
}

TEST(ChunkHasher, HasNoHashForNoBytes) { EXPECT_TRUE(ChunkHasher().hash({}).empty()); }

TEST(ChunkHasher, HashesTheListAsOneMessage) {
  EXPECT_EQ(list_hash({}), sha256_of({}));
  const std::vector<std::uint8_t> bytes = made_up_bytes(3 * kChunkBytes);
  const std::vector<Sha256> hashes = ChunkHasher().hash(bytes);
  std::string joined;
  for (const Sha256& hash : hashes) joined.append(hash.begin(), hash.end());
  EXPECT_EQ(list_hash(hashes), sha256_of(base::as_bytes(joined)));
}

TEST(ChunkHasher, WorksOnSeveralThreadsOneEach) {
  const std::vector<std::uint8_t> bytes = made_up_bytes(20 * kChunkBytes + 5);
  const std::vector<Sha256> expected = ChunkHasher().hash(bytes);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { EXPECT_EQ(ChunkHasher().hash(bytes), expected); });
}

}  // namespace
}  // namespace stentor::digest

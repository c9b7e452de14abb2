// SPDX-License-Identifier: BSD-3-Clause
// Goal: a manifest's format is known from its first line, and one that lists nothing vouches for
// nothing.
#include "digest/manifest.h"

#include <gtest/gtest.h>

#include "digest/chunk_manifest.h"
#include "digest/file_hasher.h"
#include "digest/sha256sums.h"

namespace stentor::digest {
namespace {

TEST(Manifest, IsReadInEitherFormat) {
  const base::Bytes bytes = base::as_bytes("kernel");
  ChunkManifestWriter writer;
  writer.add("linux", bytes);
  for (const std::string& text : {writer.finish(), sha256sums_line("linux", sha256_of(bytes))}) {
    const auto manifest = read_manifest(text);
    ASSERT_TRUE(manifest.has_value()) << manifest.error().sentence;
    EXPECT_EQ((*manifest)->verify("linux", bytes).verdict, image::Verdict::verified);
    EXPECT_EQ((*manifest)->verify("linux", {}).verdict, image::Verdict::bad);
  }
}

TEST(Manifest, MustListAFile) {
  for (const char* text : {"", "# nothing\n", "stentor-manifest 1 sha256 32768\nend 0\n"}) {
    const auto manifest = read_manifest(text);
    ASSERT_FALSE(manifest.has_value());
    EXPECT_EQ(manifest.error().sentence, "it lists no file.");
  }
}

TEST(Manifest, OfAnyOtherKindIsRefused) {
  for (const char* text : {"\x7f"
                           "ELF",
                           "SHA256 (a) = 00", "stentor-manifest 9\n"})
    EXPECT_FALSE(read_manifest(text).has_value()) << text;
}

}  // namespace
}  // namespace stentor::digest

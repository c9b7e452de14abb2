// SPDX-License-Identifier: BSD-3-Clause
// Goal: what the writer writes the reader takes, a changed byte is found and placed, and a manifest
// that is torn or altered is refused with its line.
#include "digest/chunk_manifest.h"

#include <gtest/gtest.h>

#include "made_up_bytes.h"

namespace stentor::digest {
namespace {

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  return text.replace(text.find(what), what.size(), by);
}

std::string error_of(const std::string& text) {
  const auto manifest = read_chunk_manifest(text);
  return manifest ? "none" : manifest.error().sentence;
}

std::string one_file() {
  ChunkManifestWriter writer;
  writer.add("a", made_up_bytes(kChunkBytes + 1));
  return writer.finish();
}

TEST(ChunkManifest, VerifiesWhatItWasWrittenFrom) {
  ChunkManifestWriter writer;
  const std::vector<std::size_t> sizes = {0, 1, kChunkBytes, kChunkBytes + 1, 20 * kChunkBytes};
  for (const std::size_t size : sizes)
    writer.add("dir/file of " + std::to_string(size), made_up_bytes(size));
  const auto manifest = read_chunk_manifest(writer.finish());
  ASSERT_TRUE(manifest.has_value()) << manifest.error().sentence;
  EXPECT_EQ((*manifest)->paths().size(), sizes.size());
  for (const std::size_t size : sizes) {
    const auto found =
        (*manifest)->verify("dir/file of " + std::to_string(size), made_up_bytes(size));
    EXPECT_EQ(found.verdict, image::Verdict::verified) << size << found.reason;
  }
  EXPECT_EQ((*manifest)->verify("other", {}).verdict, image::Verdict::unlisted);
}

TEST(ChunkManifest, FindsEachChangedChunkAndSaysWhere) {
  ChunkManifestWriter writer;
  std::vector<std::uint8_t> bytes = made_up_bytes(3 * kChunkBytes + 10);
  writer.add("a", bytes);
  const auto manifest = read_chunk_manifest(writer.finish());
  ASSERT_TRUE(manifest.has_value());
  const auto reason_with_change_at = [&](std::size_t at) {
    bytes[at] ^= 1;
    const image::Verification found = (*manifest)->verify("a", bytes);
    bytes[at] ^= 1;
    EXPECT_EQ(found.verdict, image::Verdict::bad);
    return found.reason;
  };
  EXPECT_EQ(reason_with_change_at(0), "Its bytes 0 to 32767 differ from the manifest.");
  EXPECT_EQ(reason_with_change_at(70000), "Its bytes 65536 to 98303 differ from the manifest.");
  EXPECT_EQ(reason_with_change_at(bytes.size() - 1),
            "Its bytes 98304 to 98313 differ from the manifest.");
  bytes.pop_back();
  EXPECT_EQ((*manifest)->verify("a", bytes).reason, "It has 98313 bytes, the manifest says 98314.");
}

TEST(ChunkManifest, IsRefusedWhenItIsTorn) {
  const std::string text = one_file();
  ASSERT_EQ(error_of(text), "none");
  for (std::size_t length = 0; length + 1 < text.size(); ++length)
    EXPECT_NE(error_of(text.substr(0, length)), "none") << length;
}

TEST(ChunkManifest, IsRefusedWhenItIsAltered) {
  const std::string text = one_file();
  EXPECT_NE(error_of(replaced(text, "manifest 1 ", "manifest 2 ")).find("line 1: "),
            std::string::npos);
  EXPECT_NE(error_of(replaced(text, "32769", "32768")).find("LISTHASH"), std::string::npos);
  EXPECT_NE(error_of(replaced(text, "32769", "-1")).find("line 2: "), std::string::npos);
  EXPECT_NE(error_of(replaced(text, "32769", "18446744073709551615")).find("fewer chunk hashes"),
            std::string::npos);
  EXPECT_NE(error_of(replaced(text, " a\n", " ../a\n")).find("line 2: "), std::string::npos);
  EXPECT_NE(error_of(replaced(text, "end 1", "end 2")).find("count the files"), std::string::npos);
  EXPECT_NE(error_of(text + "more\n").find("last line"), std::string::npos);
  std::string flipped = text;
  char& digit = flipped[flipped.rfind("\nend") - 1];
  digit = digit == '0' ? '1' : '0';
  EXPECT_NE(error_of(flipped).find("LISTHASH"), std::string::npos);
}

TEST(ChunkManifest, IsRefusedWhenItListsAPathTwice) {
  ChunkManifestWriter writer;
  writer.add("a", {});
  writer.add("./a", {});
  EXPECT_NE(error_of(writer.finish()).find("listed before"), std::string::npos);
}

}  // namespace
}  // namespace stentor::digest
